// Runs before the first paint, so that no other theme flashes up.
(() => {
  const kept = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const root = document.documentElement;
  const theme = kept('gochat.theme');
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light';
  const language = kept('gochat.language') ?? navigator.language ?? 'en';
  root.lang = language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
})();
