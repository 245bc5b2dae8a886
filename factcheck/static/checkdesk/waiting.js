// Looks again until what is on its way has arrived, then shows it. Nothing moves before: whoever reads or
// writes beside it is left alone, also where the desk does not answer for a while.
import { toast } from './desk.js';
import { ask, show } from './refresh.js';

const EVERY = 1000;
const waits = (page) => page.querySelector('[data-on-its-way]');

async function look() {
  const page = await ask(waits(document).dataset.onItsWay).catch(() => null);
  if (!page || waits(page)) { setTimeout(look, EVERY); return; }
  await show(page);
  const outcome = document.querySelector('[data-outcome]');
  if (outcome) toast(outcome.textContent);
}

setTimeout(look, EVERY);
