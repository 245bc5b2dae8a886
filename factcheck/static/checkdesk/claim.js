// The claim page: its verdict form is there only for those who may write now.
import './shell.js';

if (document.querySelector('[data-verdict-form]')) {
  await import('./verdict.js');
  await import('./rating.js');
  await import('./autosave.js');
  await import('./earlier.js');
}
