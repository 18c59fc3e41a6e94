/** The inputs of a time: day, hour, how long. */

import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { minutes, t } from "../language/language.ts";
import type { Plan } from "./plan.ts";

const LENGTHS = [30, 45, 60, 90, 120] as const;

interface PlanFieldsProps {
  readonly plan: Plan;
  readonly onChange: (plan: Plan) => void;
}

export function PlanFields({ plan, onChange }: PlanFieldsProps): VNode {
  const id = useId();
  const lengths = [...new Set([...LENGTHS, plan.length])].sort((a, b) => a - b);
  return (
    <div class="plan">
      <div class="field">
        <label for={`${id}-day`}>{t("home.day")}</label>
        <input
          id={`${id}-day`}
          type="date"
          required
          value={plan.day}
          onInput={(event) => onChange({ ...plan, day: event.currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for={`${id}-time`}>{t("home.time")}</label>
        <input
          id={`${id}-time`}
          type="time"
          required
          value={plan.time}
          onInput={(event) => onChange({ ...plan, time: event.currentTarget.value })}
        />
      </div>
      <div class="field">
        <label for={`${id}-length`}>{t("home.length")}</label>
        <select
          id={`${id}-length`}
          value={String(plan.length)}
          onChange={(event) => onChange({ ...plan, length: Number(event.currentTarget.value) })}
        >
          {lengths.map((one) => (
            <option key={one} value={String(one)}>
              {minutes(one)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
