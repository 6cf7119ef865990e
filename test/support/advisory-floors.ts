/**
 * The oldest versions that are without a known vulnerability, of packages that stand between a caller and the data. They
 * are as known in October 2026, and stand in for the registry's own list where it does not answer (`npm run advisories`).
 */
export interface AdvisoryFloor {
  name: string;
  /** A semver range that every installed copy has to be in. */
  safe: string;
  /** What it avoids. */
  advisories: readonly string[];
}

export const advisoryFloors: readonly AdvisoryFloor[] = [
  {
    // Verification skipped, a public key taken for a secret, claims not looked at.
    name: 'fast-jwt',
    safe: '>=6.3.1',
    advisories: [
      'GHSA-8wpc-h4q6-8fxv',
      'GHSA-ww5h-9m49-7xx4',
      'GHSA-5hjw-83fp-phq9',
      'GHSA-g3jj-5cmm-3hxx',
      'GHSA-gmvf-9v4p-v8jc',
      'GHSA-hm7r-c7qw-ghp6',
    ],
  },
  { name: 'jose', safe: '>=4.15.5', advisories: ['GHSA-hhhv-q57g-882q'] },
  {
    // Validation and authentication passed by with odd content types and URLs.
    name: 'fastify',
    safe: '>=5.12.5',
    advisories: [
      'GHSA-4mh8-r7rc-xpvc',
      'GHSA-p68q-wchp-6fh7',
      'GHSA-667r-xxjv-c9mm',
      'GHSA-hwr6-493r-vm6h',
      'GHSA-9q9j-q6p8-xq58',
      'GHSA-247c-9743-5963',
      'GHSA-573f-x89g-hqp9',
      'GHSA-jx2c-rxcm-jvmq',
    ],
  },
  { name: 'find-my-way', safe: '>=9.7.0', advisories: ['GHSA-c96f-x56v-gq3h', 'GHSA-rrr8-f88r-h8q6'] },
  {
    // A range such as ::ffff:10.0.0.0/8 trusted every address; reported of proxy-addr, whose fork this is.
    name: '@fastify/proxy-addr',
    safe: '>=5.1.1',
    advisories: ['GHSA-jqcg-44mw-7w3h'],
  },
  {
    name: '@fastify/static',
    safe: '>=10.1.2',
    advisories: ['GHSA-83w8-p2f5-377r', 'GHSA-8pvw-jcv7-9cmj', 'GHSA-x428-ghpx-8j92', 'GHSA-pr96-94w5-mx2h'],
  },
  { name: '@fastify/swagger-ui', safe: '>=2.1.0', advisories: ['GHSA-62jr-84gf-wmg4'] },
  {
    name: 'fast-uri',
    safe: '^3.1.8 || >=4.1.5',
    advisories: ['GHSA-qw65-cvwx-89v3', 'GHSA-58mr-gqgx-xq4g', 'GHSA-hrr3-gc8f-f4qj', 'GHSA-jvvf-x445-j334'],
  },
  {
    // The rate limit's idea of an address.
    name: 'ip-address',
    safe: '>=10.7.1',
    advisories: ['GHSA-mwp4-54f8-5fhr', 'GHSA-j6r3-76f7-8jcv', 'GHSA-h3mg-xc3c-68pw'],
  },
  { name: 'pg', safe: '>=7.1.2', advisories: ['GHSA-wc9v-mj63-m9g5'] },
  { name: 'zod', safe: '>=3.22.3', advisories: ['GHSA-m95q-7qp3-xv42'] },
  { name: 'uuid', safe: '>=14.0.0', advisories: ['GHSA-w5hq-g745-h8pq'] },
  { name: 'bn.js', safe: '^4.12.3 || >=5.2.3', advisories: ['GHSA-378v-28hj-76wf'] },
  { name: 'yaml', safe: '>=2.8.3', advisories: ['GHSA-48c2-rrv3-qjmp'] },
  {
    name: 'brace-expansion',
    safe: '^1.1.21 || ^2.1.7 || >=5.0.12',
    advisories: ['GHSA-qhr7-859c-m2p7', 'GHSA-6j4f-fj2g-mc7p', 'GHSA-q2hr-2g5m-vwhr'],
  },
  {
    name: 'minimatch',
    safe: '>=10.2.3',
    advisories: ['GHSA-3ppc-4f35-3m26', 'GHSA-7r86-cg39-jmmj', 'GHSA-23c5-xmqv-rm74'],
  },
  { name: 'glob', safe: '^10.5.0 || >=11.1.0', advisories: ['GHSA-5j98-mcp5-4vw2'] },
  { name: 'cross-spawn', safe: '>=7.0.5', advisories: ['GHSA-3xgq-45jj-v275'] },
];
