import type { ReactNode } from "react";
import { IconButton } from "../base/button.js";
import { Logo } from "../base/icon.js";
import { Menu, type MenuGroup } from "../base/menu.js";
import { chooseLanguage, type LanguageChoice, useLanguageChoice, useText } from "../text/text.js";
import { chooseTheme, THEMES, useTheme } from "../theme/theme.js";

const LANGUAGES: readonly LanguageChoice[] = ["auto", "en", "zh"];

/** The choices of language and look, as groups of a menu. */
export function usePreferences(): { language: MenuGroup; theme: MenuGroup } {
  const t = useText();
  const chosen = useLanguageChoice();
  const theme = useTheme();
  const names: Record<LanguageChoice, string> = { auto: t("languageSystem"), en: "English", zh: "中文" };
  const looks = { system: t("themeSystem"), light: t("themeLight"), dark: t("themeDark") };
  return {
    language: {
      heading: t("language"),
      items: LANGUAGES.map((each) => ({
        label: names[each],
        checked: each === chosen,
        onPick: () => chooseLanguage(each),
      })),
    },
    theme: {
      heading: t("theme"),
      items: THEMES.map((each) => ({ label: looks[each], checked: each === theme, onPick: () => chooseTheme(each) })),
    },
  };
}

/** What stands around the pages outside a meeting. */
export function Frame({ children, account }: { children: ReactNode; account?: ReactNode }) {
  const t = useText();
  const { language, theme } = usePreferences();
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <header className="frame-head">
        <div className="brand">
          <Logo size={30} />
          <span>Parlor</span>
        </div>
        <div className="frame-tools">
          <Menu
            label={t("language")}
            groups={[language]}
            button={(props) => <IconButton {...props} icon="globe" tip="below" label={t("language")} />}
          />
          <Menu
            label={t("theme")}
            groups={[theme]}
            button={(props) => <IconButton {...props} icon="contrast" tip="below" label={t("theme")} />}
          />
          {account}
        </div>
      </header>
      <main id="content" className="frame-content">
        {children}
      </main>
    </div>
  );
}
