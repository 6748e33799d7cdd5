import { makeProgramExecutable } from './lib/make-program-executable.mjs';
import { projectRoot } from './lib/project-root.mjs';

makeProgramExecutable(projectRoot);
