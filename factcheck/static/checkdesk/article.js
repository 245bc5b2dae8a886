// The article workspace.
import './shell.js';
import './align.js';
import './select.js';
import './sentences.js';
import './reading.js';
