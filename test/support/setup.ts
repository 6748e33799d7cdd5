import fc from 'fast-check';

// The same cases at every run; SKELMIX_TEST_SEED tries others. A failure prints its seed and path.
fc.configureGlobal({ seed: Number(process.env.SKELMIX_TEST_SEED ?? 20_261_124) });
