import { type CodeName, codes, sentences } from "parlor-web";
import { useMemo } from "react";
import { Store, useStore } from "../base/store.js";
import { en, type TextKey } from "./en.js";
import { zh } from "./zh.js";

export type Language = "en" | "zh";
/** What the person chose; `auto` follows the browser. */
export type LanguageChoice = Language | "auto";
export type Text = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const KEY = "parlor-language";
/** Where the code table has the numbers of IM V2. */
const IM_COLUMN = 2;
const WORDS: Record<Language, Record<TextKey, string>> = { en, zh };

const choice = new Store<LanguageChoice>(read());
tellDocument();

export function useLanguageChoice(): LanguageChoice {
  return useStore(choice);
}

/** The language that the page speaks. */
export function useLanguage(): Language {
  return spoken(useLanguageChoice());
}

export function useText(): Text {
  const language = useLanguage();
  return useMemo(() => textIn(language), [language]);
}

/** The words outside components, in the language of the moment. */
export const text: Text = (key, values) => textIn(spoken(choice.get()))(key, values);

export function textIn(language: Language): Text {
  return (key, values = {}) => fill(WORDS[language][key], values);
}

/** Chooses a language, and remembers the choice in this browser. */
export function chooseLanguage(chosen: LanguageChoice): void {
  choice.set(chosen);
  tellDocument();
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // A page without storage asks the browser each time.
  }
}

/** What to tell a person about an error: the sentence of the code table, and the number for who looks it up. */
export function errorText(error: unknown, language: Language = spoken(choice.get())): string {
  const { code } = (error ?? {}) as { code?: unknown };
  const words = textIn(language);
  const name = codeNameOf(error);
  const sentence = name ? sentences[name][language === "zh" ? 1 : 0] : words("unknownError");
  return typeof code === "number" && code !== -1 ? words("errorCode", { sentence, code }) : sentence;
}

/** The entry of the code table that an error is about. Those of IM say only their number. */
export function codeNameOf(error: unknown): CodeName | null {
  const { codeName, code } = (error ?? {}) as { codeName?: unknown; code?: unknown };
  if (typeof codeName === "string" && Object.hasOwn(codes, codeName)) return codeName as CodeName;
  const names = Object.keys(codes) as CodeName[];
  return names.find((name) => codes[name][IM_COLUMN] === code) ?? null;
}

/** The first language of a browser that the client has; English when it has none of them. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split("-")[0];
    if (base === "zh" || base === "en") return base;
  }
  return "en";
}

export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function spoken(chosen: LanguageChoice): Language {
  if (chosen !== "auto") return chosen;
  return typeof navigator === "undefined" ? "en" : pickLanguage(navigator.languages ?? [navigator.language]);
}

function read(): LanguageChoice {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "en" || kept === "zh" ? kept : "auto";
  } catch {
    return "auto";
  }
}

function tellDocument(): void {
  if (typeof document === "undefined") return;
  document.documentElement.lang = spoken(choice.get()) === "zh" ? "zh-CN" : "en";
}
