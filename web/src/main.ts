import { byId } from './by-id.js';
import { bindCharts } from './charts/charts.js';
import { bindConsumersTable } from './consumers-table.js';
import { bindClassBars } from './controls/class-bars.js';
import { bindClassWeights } from './controls/class-weights.js';
import { bindGateControl } from './controls/gate-control.js';
import { bindGuidanceControl } from './controls/guidance-control.js';
import { healthOf } from './controls/health-text.js';
import { bindPauseButton } from './controls/pause-button.js';
import { bindRatioControl } from './controls/ratio-control.js';
import { bindScheduleControl } from './controls/schedule-control.js';
import { bindTabs } from './controls/tabs.js';
import { bindThemeButton } from './controls/theme-button.js';
import { bindFlowStrip } from './flow/flow-strip.js';
import { bindLogList } from './log-list.js';
import { openLiveStream } from './stream/live-stream.js';
import { bindViewer } from './viewer/viewer.js';

const stream = openLiveStream();

bindRatioControl(stream);
bindGateControl(stream);
bindScheduleControl(stream);
bindGuidanceControl(stream);
bindTabs(byId('steer-tabs'));
bindPauseButton(stream);
bindFlowStrip(stream);
bindConsumersTable(stream);
bindLogList(stream);
const charts = bindCharts(stream);
const viewer = bindViewer(stream);
bindClassBars(stream, bindClassWeights(stream), (label) => viewer.choose(label));
bindThemeButton(() => {
  charts.recolour();
  viewer.recolour();
});

stream.on(['state'], ({ info, version }) => {
  const { N, C, T, V, M } = info.batchShape;
  byId('stream-name').textContent =
    `${info.dataset} ${info.split}, ${info.model ?? 'no generator'}, [${[N, C, T, V, M].join(', ')}]`;
  byId('stream-name').title = `skelmix ${version}, seed ${info.seed}, configuration ${info.configHash}`;
  byId('simulated').hidden = !info.simulated;
  document.title = `skelmix: ${info.dataset} ${info.split}`;
});
stream.on(['state', 'tick', 'change', 'connection'], (state) => {
  const { level, text } = healthOf(state, stream.isConnected);
  const health = byId('health');
  health.className = `health ${level}`;
  // Only where it changed: a screen reader would read it out anew every second.
  if (health.textContent !== text) health.textContent = text;
  health.title = text;
});
