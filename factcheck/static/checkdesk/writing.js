// The modules of the verdict form as one graph: they begin in the same moment, so that no stroke falls
// between one that hears it and one that does not yet.
import './verdict.js';
import './rating.js';
import './autosave.js';
import './earlier.js';
