// Filters apply when their menu closes or the order changes. Without scripts each menu has a button.
for (const form of document.querySelectorAll('form[data-filters]')) {
  let changed = false;
  form.addEventListener('change', (e) => {
    if (e.target.type === 'radio') form.requestSubmit();
    else changed = true;
  });
  for (const menu of form.querySelectorAll('[popover]')) {
    menu.addEventListener('toggle', (e) => { if (e.newState === 'closed' && changed) form.requestSubmit(); });
  }
  // Empty fields would only clutter the address.
  form.addEventListener('formdata', (e) => {
    for (const [name, value] of [...e.formData]) if (!value) e.formData.delete(name);
  });
}
