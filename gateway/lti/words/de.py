"""German."""

from typing import Final

DE: Final = {
    "refused": "Die Stunde öffnet sich nicht",
    "tell": "Wenn es so bleibt, sag es denen, die die Lernplattform betreuen:",
    "fault.unreachable": "Deine Lernplattform antwortet gerade nicht. Öffne die Stunde in einer"
    " Minute noch einmal.",
    "fault.misconfigured": "Lernplattform und Unterrichtsserver passen noch nicht zusammen.",
    "fault.expired": "Der Weg hierher hat zu lange gedauert oder begann vor einem Neustart des"
    " Servers. Öffne die Stunde noch einmal aus dem Kurs.",
    "fault.replayed": "Dieser Zugang wurde schon benutzt. Öffne die Stunde noch einmal aus dem"
    " Kurs.",
    "fault.denied": "Die Lernplattform hat dich nicht weitergelassen. Melde dich dort an und öffne"
    " die Stunde noch einmal.",
    "fault.wrong_token": "Was die Lernplattform geschickt hat, war nicht zu glauben; deshalb kam"
    " niemand herein.",
    "fault.barred": "Du darfst nicht mehr herein. Frag, wer den Unterrichtsserver betreibt.",
    "fault.busy": "Gerade kommen zu viele herein. Öffne die Stunde in einer Minute noch einmal.",
    "fault.unknown_platform": "Der Unterrichtsserver kennt deine Lernplattform nicht.",
    "fault.wrong_deployment": "Der Unterrichtsserver kennt deine Lernplattform, aber nicht diesen"
    " Teil von ihr.",
    "fault.wrong_message": "Die Lernplattform hat etwas geschickt, das der Unterrichtsserver nicht"
    " versteht.",
    "fault.anonymous": "Die Lernplattform hat nicht gesagt, wer du bist; eine Stunde muss das"
    " wissen.",
    "fault.no_right": "Nur wer in einem Kurs unterrichtet, legt Stunden hinein.",
    "fault.wrong_lesson": "Dieser Link wurde verändert und nennt eine Stunde, für die er nicht"
    " gemacht ist.",
    "fault.over": "Diese Stunde ist vorbei, und du warst nicht dabei. Die nächste öffnet deine"
    " Lehrkraft über denselben Link.",
    "fault.kicked": "Du wurdest aus dieser Stunde entfernt.",
    "fault.full": "Die Stunde ist voll.",
    "fault.unavailable": "Die Stunde antwortet gerade nicht. Öffne sie in einer Minute noch"
    " einmal.",
    "tell.unreachable": "der Unterrichtsserver erreicht die Schlüssel- oder Tokenadresse der"
    " Plattform nicht",
    "tell.misconfigured": "die Adressen prüfen, die der Unterrichtsserver von der Plattform hat",
    "tell.wrong_token": "Aussteller, Client-ID, Adresse der Schlüssel und die Uhren beider Server"
    " vergleichen",
    "tell.unknown_platform": "die Plattform mit lessonroom lti add eintragen, oder Aussteller und"
    " Client-ID vergleichen",
    "tell.wrong_deployment": "dieses Deployment mit lessonroom lti deployment hinzufügen",
    "tell.wrong_message": "das Werkzeug als LTI 1.3 einrichten und seine Nachrichtenart ansehen",
    "tell.anonymous": "die Plattform sagen lassen, wer das Werkzeug öffnet (Datenschutz: Name)",
    "tell.wrong_lesson": "den Link aus dem Kurs nehmen und die Stunde neu hineinlegen",
    "over": "Diese Stunde ist vorbei",
    "over.text": "Sieh dir an, was war, oder beginne die nächste Stunde: Die Klasse kommt über"
    " denselben Link hinein, und das Board geht weiter, wo es war.",
    "over.look": "Ansehen",
    "over.next": "Nächste Stunde beginnen",
    "pick": "Welche Stunde soll hier stehen?",
    "pick.new": "Eine neue Stunde",
    "pick.title": "Ihr Titel",
    "pick.known": "Oder eine dieses Kurses",
    "pick.put": "In den Kurs legen",
    "pick.untitled": "Stunde ohne Titel",
    "sent": "Zurück zum Kurs …",
    "sent.go": "Weiter",
    "done": "Die Plattform ist eingetragen",
    "done.text": "Stunden können jetzt in Kurse gelegt werden. Dieses Fenster kann geschlossen"
    " werden.",
    "done.wait": "Vielleicht muss das Werkzeug auf der Plattform noch eingeschaltet werden.",
}
