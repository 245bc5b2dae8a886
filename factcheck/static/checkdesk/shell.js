// What every page of the newsroom loads. A page's own module imports this one first.
import './desk.js';
import './keys.js';
import './palette.js';
import './confirm.js';
import './leaving.js';
