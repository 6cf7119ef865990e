import type { Language } from '../view.ts';
import { type ViewMessages, viewsEn } from './views-en.ts';
import { viewsFr } from './views-fr.ts';

/** What the views say in a language. */
export function viewMessages(language: Language): ViewMessages {
  return language === 'fr' ? viewsFr : viewsEn;
}
