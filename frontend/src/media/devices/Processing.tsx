/** Switches for what the browser does to sound and picture, where it lets one choose. */

import type { VNode } from "preact";
import { t } from "../../language/language.ts";
import { Switch } from "../../ui/forms.tsx";
import { DEVICE_LINES } from "../devices.ts";
import type { OwnMedia } from "../own_media.ts";
import { chooseProcess, offeredBy, processing } from "./processing.ts";

export function ProcessingSwitches({ own }: { readonly own: OwnMedia }): VNode | null {
  const tracks = own.tracks.value;
  const offered = DEVICE_LINES.flatMap((line) => {
    const track = tracks[line];
    return track === null ? [] : offeredBy(track, line).map((name) => ({ line, name }));
  });
  if (offered.length === 0) return null;
  return (
    <div class="processing">
      {offered.map(({ line, name }) => (
        <Switch
          key={name}
          label={t(`media.process.${name}`)}
          isOn={processing.value[name]}
          onChange={(isOn) => {
            chooseProcess(name, isOn);
            void own.renew(line);
          }}
        />
      ))}
    </div>
  );
}
