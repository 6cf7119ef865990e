import { findPhoneNumbersInText } from 'libphonenumber-js';

/** Whether a text contains an e-mail address or a telephone number (libphonenumber, region CA; spec 2.4). */
export function hasContactDetails(text: string): boolean {
  // What cannot be seen must not hide a number either.
  const plain = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  // The search for numbers is slow, and few texts have as many digits as the shortest number.
  const digits = plain.replace(/\P{Nd}/gu, '').length;
  return /[^\s@]@[^\s@]/.test(plain) || (digits >= 5 && findPhoneNumbersInText(plain, 'CA').length > 0);
}
