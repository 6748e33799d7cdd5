import { runStep } from './run-step.mjs';

/** Builds the live page from web/ into dist/page. @throws SetupError where vite fails */
export function buildPage() {
  runStep(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--config', 'web/vite.config.mjs', 'web'],
    'build the live page',
  );
}
