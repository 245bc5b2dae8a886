// Forms that take something away ask first: data-confirm names the dialog. Without scripts they just send.
document.addEventListener('submit', (e) => {
  const form = e.target;
  const dialog = document.getElementById(form.dataset.confirm ?? '');
  if (!dialog || e.defaultPrevented || 'confirmed' in form.dataset) return;
  e.preventDefault();
  form.closest('[popover]')?.hidePopover();
  for (const el of dialog.querySelectorAll('[data-confirm-what]')) el.textContent = form.dataset.what ?? '';
  dialog.returnValue = '';
  dialog.showModal();
  dialog.addEventListener('close', () => {
    if (dialog.returnValue !== 'yes') return;
    form.dataset.confirmed = '';
    form.requestSubmit();
  }, { once: true });
});
