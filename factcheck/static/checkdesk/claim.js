// The claim page: its verdict form is there only for those who may write now.
import './shell.js';

if (document.querySelector('[data-verdict-form]')) {
  await Promise.all([import('./verdict.js'), import('./rating.js'), import('./autosave.js'), import('./earlier.js')]);
}
