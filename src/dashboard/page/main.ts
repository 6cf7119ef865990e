import { Page } from './page.ts';
import { signInProvider } from './settings.ts';
import { views } from './views/index.ts';

const [root, announcements] = [document.getElementById('page'), document.getElementById('announcements')];
if (!root || !announcements) throw new Error('The page is not complete.');
root.replaceChildren();
void new Page({ root, announcements, views, provider: signInProvider() }).start();
