// The claim page: its verdict form is there only for those who may write now.
import './shell.js';

if (document.querySelector('[data-on-its-way]')) import('./waiting.js');
if (document.querySelector('[data-verdict-form]')) {
  await import('./writing.js');
}
