import { byId } from '../by-id.js';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const KEPT_AS = 'skelmix-theme';

function keptTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEPT_AS)) ?? 'system';
  } catch {
    return 'system';
  }
}

/**
 * The button that goes from the system's colours to light, dark and back; kept in this browser.
 * @param changed called when colours may have changed, by the button or the system
 */
export function bindThemeButton(changed: () => void): void {
  const button = byId('theme', HTMLButtonElement);
  let theme = keptTheme();
  const show = (): void => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
    changed();
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
    try {
      localStorage.setItem(KEPT_AS, theme);
    } catch {
      // A browser that keeps nothing shows the choice until the page is closed.
    }
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  show();
}
