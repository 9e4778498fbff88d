// Before the first paint: the theme chosen on this device.
try {
  const theme = localStorage.getItem('beseda:theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // SecurityError: storage is switched off, the theme follows the system
}
