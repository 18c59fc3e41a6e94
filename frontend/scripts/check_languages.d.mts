type Words = Readonly<Record<string, string>>;
export function faultsOf(language: string, words: Words, english: Words): string[];
export function unsaid(english: Words, sources: string): string[];
