/** Numbers as the person's language writes them. */

import { computed } from "@preact/signals";
import { locale } from "../../language/language.ts";

export const hasDecimalComma = computed(() => new Intl.NumberFormat(locale.value).format(1.5) === "1,5");
