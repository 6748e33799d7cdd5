export { type BatchMeter, type ClassCounts, createBatchMeter } from './batch-meter.js';
export type { ClipEntry, ClipViews, MadeAgain, ShownClip, ShownOrigin } from './clip-views.js';
export { createLogTap, type LogEntry, type LogTap } from './log-tap.js';
export type { PanelSession, PanelSessionEvent, PanelSubject } from './panel-subject.js';
export { type Panel, type PanelOptions, startPanel } from './start-panel.js';
