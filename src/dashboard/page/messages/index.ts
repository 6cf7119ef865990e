import type { Language } from '../view.ts';
import { en, type Messages } from './en.ts';
import { fr } from './fr.ts';

const messages: Record<Language, Messages> = { en, fr };

export function messagesIn(language: Language): Messages {
  return messages[language];
}
