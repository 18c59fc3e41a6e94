"""Polish."""

from typing import Final

PL: Final = {
    "refused": "Lekcja się nie otwiera",
    "tell": "Jeśli tak zostanie, powiedz to osobom, które opiekują się platformą:",
    "fault.unreachable": "Twoja platforma edukacyjna teraz nie odpowiada. Otwórz lekcję ponownie za"
    " minutę.",
    "fault.misconfigured": "Platforma i serwer lekcji jeszcze do siebie nie pasują.",
    "fault.expired": "Droga tutaj trwała zbyt długo albo zaczęła się przed ponownym uruchomieniem"
    " serwera. Otwórz lekcję ponownie z kursu.",
    "fault.replayed": "To wejście zostało już użyte. Otwórz lekcję ponownie z kursu.",
    "fault.denied": "Platforma nie przepuściła cię dalej. Zaloguj się tam i otwórz lekcję"
    " ponownie.",
    "fault.wrong_token": "Temu, co przysłała platforma, nie można wierzyć, więc nikt nie wszedł.",
    "fault.barred": "Nie możesz już wchodzić. Zapytaj osobę, która prowadzi serwer lekcji.",
    "fault.busy": "Teraz wchodzi zbyt wiele osób. Otwórz lekcję ponownie za minutę.",
    "fault.unknown_platform": "Serwer lekcji nie zna twojej platformy edukacyjnej.",
    "fault.wrong_deployment": "Serwer lekcji zna twoją platformę, ale nie tę jej część.",
    "fault.wrong_message": "Platforma przysłała coś, czego serwer lekcji nie rozumie.",
    "fault.anonymous": "Platforma nie powiedziała, kim jesteś, a lekcja musi to wiedzieć.",
    "fault.no_right": "Lekcje do kursu dodają tylko jego nauczyciele.",
    "fault.wrong_lesson": "Ten link zmieniono: nazywa lekcję, dla której nie powstał.",
    "fault.over": "Ta lekcja się skończyła i nie było cię na niej. Następną nauczyciel otworzy tym"
    " samym linkiem.",
    "fault.kicked": "Usunięto cię z tej lekcji.",
    "fault.full": "Na lekcji nie ma już miejsc.",
    "fault.unavailable": "Lekcja teraz nie odpowiada. Otwórz ją ponownie za minutę.",
    "tell.unreachable": "serwer lekcji nie może dotrzeć do adresu kluczy lub tokenów platformy",
    "tell.misconfigured": "sprawdź adresy platformy, które ma serwer lekcji",
    "tell.wrong_token": "porównaj wystawcę, client id, adres kluczy i zegary obu serwerów",
    "tell.unknown_platform": "zarejestruj platformę poleceniem lessonroom lti add albo porównaj jej"
    " wystawcę i client id",
    "tell.wrong_deployment": "dodaj to wdrożenie poleceniem lessonroom lti deployment",
    "tell.wrong_message": "ustaw narzędzie jako LTI 1.3 i sprawdź typ wiadomości",
    "tell.anonymous": "niech platforma mówi, kto otwiera narzędzie (prywatność: imię)",
    "tell.wrong_lesson": "usuń link z kursu i dodaj lekcję od nowa",
    "over": "Ta lekcja się skończyła",
    "over.text": "Zobacz, co było, albo zacznij następną lekcję: klasa wejdzie tym samym linkiem, a"
    " tablica pójdzie dalej od miejsca, w którym była.",
    "over.look": "Zobacz",
    "over.next": "Zacznij następną lekcję",
    "pick": "Która lekcja ma tu stać?",
    "pick.new": "Nowa lekcja",
    "pick.title": "Jej tytuł",
    "pick.known": "Albo jedna z tego kursu",
    "pick.put": "Dodaj do kursu",
    "pick.untitled": "Lekcja bez tytułu",
    "sent": "Wracamy do kursu …",
    "sent.go": "Dalej",
    "done": "Platforma jest zarejestrowana",
    "done.text": "Lekcje można teraz dodawać do kursów. To okno można zamknąć.",
    "done.wait": "Platforma może poprosić o włączenie narzędzia.",
}
