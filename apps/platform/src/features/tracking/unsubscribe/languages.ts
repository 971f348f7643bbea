// Which of our languages a reader wants. Pure. Source: RFC 9110 12.5.4 (Accept-Language), RFC 4647 3.4 (lookup).

export const languages = ['en', 'de', 'es', 'fr', 'it', 'nl'] as const;
export type Language = (typeof languages)[number];

const languagesReadMax = 50;

/** English where he says nothing that we speak. */
export function chooseLanguage(acceptLanguage: string | undefined): Language {
  let chosen: Language = 'en';
  let best = 0;
  for (const entry of (acceptLanguage ?? '').slice(0, 1000).split(',').slice(0, languagesReadMax)) {
    const [range = '', ...parameters] = entry.split(';').map(part => part.trim().toLowerCase());
    const given = parameters.find(parameter => parameter.startsWith('q='));
    const weight = given === undefined ? 1 : Number(given.slice(2));
    const language = languages.find(known => range === known || range.startsWith(`${known}-`));
    if (language && weight > best) [chosen, best] = [language, weight];
  }
  return chosen;
}
