// Looks again until what is on its way has arrived, then shows it. Nothing moves before: whoever reads or
// writes beside it is left alone, also where the desk does not answer for a while. What takes long is asked for
// less often, and not at all while nobody looks at the page.
import { toast } from './desk.js';
import { ask, show } from './refresh.js';

const LONGEST = 30000;
let pause = 1000;
const waits = (page) => page.querySelector('[data-on-its-way]');

async function look() {
  if (document.hidden) { document.addEventListener('visibilitychange', look, { once: true }); return; }
  const page = await ask(waits(document).dataset.onItsWay).catch(() => null);
  if (!page || waits(page)) {
    pause = Math.min(1.5 * pause, LONGEST);
    setTimeout(look, pause);
    return;
  }
  await show(page);
  const outcome = document.querySelector('[data-outcome]');
  if (outcome) toast(outcome.textContent);
}

setTimeout(look, pause);
