/** How a lesson is run: each choice with a sentence that says what it does. */

import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { plural, t } from "../language/language.ts";
import { Switch } from "../ui/forms.tsx";
import { CHOICES, KEPT_DAYS, STUDENTS_MAY, SWITCHES, type Settings } from "./settings.ts";
import "../styles/planning.css";

interface SettingsFieldsProps {
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
  /** What students may do was said, and cannot be unsaid: in a lesson that is there. */
  readonly isThere?: boolean;
}

export function SettingsFields({ settings, onChange, isThere = false }: SettingsFieldsProps): VNode {
  const own = settings.permissions["student"] ?? {};
  const names = Object.keys(CHOICES) as (keyof typeof CHOICES)[];
  return (
    <div class="settings-fields">
      {SWITCHES.map((name) => (
        <div key={name} class="setting">
          <Switch label={t(`set.${name}`)} isOn={settings[name]} onChange={(isOn) => onChange({ [name]: isOn })} />
          <p class="hint">{t(`set.${name}.text`)}</p>
        </div>
      ))}
      {names.map((name) => (
        <Choice
          key={name}
          label={t(`set.${name}`)}
          text={t(`set.${name}.text`)}
          value={settings[name]}
          options={CHOICES[name].map((value) => [value, t(`set.${name}.${value}` as "set.chat_policy.all")])}
          onChange={(value) => onChange({ [name]: value })}
        />
      ))}
      <Choice
        label={t("set.retention_days")}
        text={t("set.retention_days.text")}
        value={String(settings.retention_days)}
        options={[...new Set([...KEPT_DAYS, settings.retention_days])].map((days) => [
          String(days),
          days === null ? t("set.kept.server") : days === 0 ? t("set.kept.not") : plural("set.kept", days),
        ])}
        onChange={(value) => onChange({ retention_days: value === "null" ? null : Number(value) })}
      />
      <fieldset class="students-may">
        <legend>{t("set.studentsMay")}</legend>
        <p class="hint">{t("set.studentsMay.text")}</p>
        {STUDENTS_MAY.map((name) => (
          <Choice
            key={name}
            label={t(`permission.${name}`)}
            value={own[name] === undefined ? "usual" : String(own[name])}
            options={[
              ...(isThere && own[name] !== undefined ? [] : [["usual", t("set.asUsual")] as const]),
              ["true", t("set.may")],
              ["false", t("set.mayNot")],
            ]}
            onChange={(value) => {
              const { [name]: _, ...others } = own;
              const student = value === "usual" ? others : { ...others, [name]: value === "true" };
              onChange({ permissions: { ...settings.permissions, student } });
            }}
          />
        ))}
      </fieldset>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly text?: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

export function Choice({ label, text, value, options, onChange }: ChoiceProps): VNode {
  const id = useId();
  return (
    <div class="setting">
      <div class="setting-choice">
        <label for={id}>{label}</label>
        <select
          id={id}
          value={value}
          aria-describedby={text === undefined ? undefined : `${id}-text`}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map(([option, words]) => (
            <option key={option} value={option}>
              {words}
            </option>
          ))}
        </select>
      </div>
      {text !== undefined && (
        <p class="hint" id={`${id}-text`}>
          {text}
        </p>
      )}
    </div>
  );
}
