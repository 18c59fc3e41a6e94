/** What a recording holds, and who may have it: chosen before it begins (RC-3). */

import type { VNode } from "preact";
import type { RecordingAccess, RecordingSettings } from "../../client/wire.ts";
import { plural, t } from "../../language/language.ts";
import { Choice } from "../../planning/SettingsFields.tsx";
import { Switch } from "../../ui/forms.tsx";

export const KINDS = ["audio", "video", "screen"] as const;
const KEPT_DAYS = [null, 7, 30, 90, 365] as const;

/** As the server has it where nothing is said. */
export const USUAL: RecordingSettings = {
  kinds: ["audio"],
  roles: ["host", "student", "solo"],
  listeners: "participants",
  downloads: "host",
  retention_days: null,
};

interface RecordingFieldsProps {
  readonly settings: RecordingSettings;
  readonly onChange: (change: Partial<RecordingSettings>) => void;
}

export function RecordingFields({ settings, onChange }: RecordingFieldsProps): VNode {
  const { kinds, retention_days: days } = settings;
  return (
    <div class="settings-fields">
      <div class="setting" role="group" aria-label={t("recording.kinds")}>
        {KINDS.map((kind) => (
          <Switch
            key={kind}
            label={t(`recording.kind.${kind}`)}
            isOn={kinds.includes(kind)}
            onChange={(isOn) => onChange({ kinds: KINDS.filter((each) => (each === kind ? isOn : kinds.includes(each))) })}
          />
        ))}
        {kinds.length === 0 && <p class="hint">{t("recording.kinds.none")}</p>}
      </div>
      {(["listeners", "downloads"] as const).map((name) => (
        <Choice
          key={name}
          label={t(`recording.${name}`)}
          value={settings[name]}
          options={(["participants", "host"] as const).map((who) => [who, t(`recording.who.${who}`)])}
          onChange={(value) => onChange({ [name]: value as RecordingAccess })}
        />
      ))}
      <Choice
        label={t("recording.kept")}
        value={String(days)}
        options={[...new Set([...KEPT_DAYS, days])].map((each) => [
          String(each),
          each === null ? t("recording.kept.lesson") : each === 0 ? t("set.kept.not") : plural("set.kept", each),
        ])}
        onChange={(value) => onChange({ retention_days: value === "null" ? null : Number(value) })}
      />
    </div>
  );
}
