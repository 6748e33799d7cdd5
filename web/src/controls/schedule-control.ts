import { type RatioSchedule, scheduledRatio, scheduleLength, unitBatches } from '../../../src/core/ratio-schedule.js';
import { byId } from '../by-id.js';
import { Refusal, setSetting } from '../stream/api.js';
import type { LiveState, LiveStream } from '../stream/live-stream.js';
import { draftedSchedule, SCHEDULE_FIELDS, type ScheduleField, scheduleCurve } from './schedule-draft.js';
import { targetOf } from './target-of.js';

const FIELDS: readonly ScheduleField[] = ['from', 'to', 'over', 'rise', 'hold', 'fall'];
const [WIDTH, HEIGHT] = [240, 44];

/** How far a schedule has come, in its unit. */
function passedOf({ info, lastChanges, nextSeq }: LiveState, schedule: RatioSchedule): number {
  const since = nextSeq - (lastChanges.schedule?.effectiveSeq ?? 0);
  return Math.max(0, since) / unitBatches(schedule, info.epochBatches);
}

/**
 * The editor of the schedule: a draft with its curve, until it is started; then the server's schedule, with a mark where it stands.
 * What the server refuses stays as it was there, and its words are shown.
 */
export function bindScheduleControl(stream: LiveStream): void {
  const kind = byId('schedule-kind', HTMLSelectElement);
  const unit = byId('schedule-unit', HTMLSelectElement);
  const start = byId('schedule-start', HTMLButtonElement);
  const end = byId('schedule-end', HTMLButtonElement);
  const message = byId('schedule-message');
  const inputs = Object.fromEntries(FIELDS.map((field) => [field, byId(`schedule-${field}`, HTMLInputElement)])) as Record<
    ScheduleField,
    HTMLInputElement
  >;
  const curve = byId('schedule-curve');
  const line = curve.querySelector('polyline')!;
  const now = curve.querySelector('line')!;
  /** The user has changed something that the server does not have. */
  let isDraft = false;

  const drafted = (): RatioSchedule =>
    draftedSchedule(
      kind.value as RatioSchedule['kind'],
      unit.value,
      Object.fromEntries(FIELDS.map((field) => [field, inputs[field].valueAsNumber])) as Record<ScheduleField, number>,
    );
  const draw = (state: LiveState | null): void => {
    const schedule = drafted();
    const fields: readonly string[] = SCHEDULE_FIELDS[schedule.kind];
    for (const field of FIELDS) inputs[field].closest('label')!.hidden = !fields.includes(field);
    unit.hidden = schedule.kind === 'constant';
    const drawn = scheduleCurve(schedule, WIDTH, HEIGHT);
    line.setAttribute('points', drawn?.points ?? '');
    const active = state?.settings.schedule;
    const passed = state && active && !isDraft ? passedOf(state, active) : null;
    now.setAttribute('visibility', passed === null ? 'hidden' : 'visible');
    if (passed !== null && drawn) for (const end of ['x1', 'x2']) now.setAttribute(end, String(drawn.xOf(passed)));
    const words =
      passed !== null && active
        ? `${active.kind}, ${scheduledRatio(active, passed).toFixed(3)} now${
            active.kind === 'constant'
              ? ''
              : `, ${Math.min(passed, scheduleLength(active)).toFixed(1)} of ${scheduleLength(active)} ${active.unit}`
          }`
        : isDraft
          ? 'Not started yet.'
          : 'No schedule: the ratio is constant.';
    if (byId('schedule-words').textContent !== words) byId('schedule-words').textContent = words;
    curve.setAttribute('aria-label', `Curve of the ${schedule.kind} schedule`);
    const isAble = state?.info.model != null;
    start.disabled = !isAble || (active != null && !isDraft);
    end.disabled = !active && !isDraft;
    end.textContent = isDraft ? 'Undo' : 'End';
  };
  const follow = (state: LiveState): void => {
    const { schedule } = state.settings;
    if (schedule && !isDraft) {
      kind.value = schedule.kind;
      if ('unit' in schedule) unit.value = schedule.unit;
      for (const field of FIELDS) if (field in schedule) inputs[field].value = String((schedule as never)[field]);
    }
    draw(state);
  };
  const send = async (value: RatioSchedule | null): Promise<void> => {
    message.textContent = '';
    isDraft = false;
    try {
      await setSetting('schedule', value);
    } catch (error) {
      message.textContent = error instanceof Refusal ? error.message : String(error);
    }
    if (stream.state) follow(stream.state);
  };
  for (const control of [kind, unit, ...Object.values(inputs)])
    control.addEventListener('input', () => {
      // A line begins where the stream is, unless somebody says otherwise.
      if (!isDraft && control === kind && stream.state)
        inputs.from.value = String(Math.round(targetOf(stream.state) * 1000) / 1000);
      isDraft = true;
      draw(stream.state);
    });
  byId('panel-schedule', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void send(drafted());
  });
  end.addEventListener('click', () => {
    if (!isDraft) return void send(null);
    isDraft = false;
    message.textContent = '';
    if (stream.state) follow(stream.state);
  });
  stream.on(['state', 'change', 'tick'], follow);
  draw(null);
}
