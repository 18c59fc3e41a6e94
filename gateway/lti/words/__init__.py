"""The words of the few pages that this server shows in a platform's frame, in six languages."""

from collections.abc import Mapping
from typing import Final

from gateway.lti.words.de import DE
from gateway.lti.words.en import EN
from gateway.lti.words.es import ES
from gateway.lti.words.fr import FR
from gateway.lti.words.pl import PL
from gateway.lti.words.uk import UK
from gateway.reports.words import Language

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    Language.DE: DE,
    Language.EN: EN,
    Language.ES: ES,
    Language.FR: FR,
    Language.PL: PL,
    Language.UK: UK,
}


def language_of(*wishes: str) -> Language:
    """Return the first language that is wished for and known; English where none is.

    Args:
        wishes: locales as platforms write them (`de`, `pt-BR`, `uk_UA`), or what a browser accepts.

    """
    for wish in wishes:
        for part in wish.split(","):
            tag = part.partition(";")[0].strip().lower().replace("_", "-").partition("-")[0]
            if tag in set(Language):
                return Language(tag)
    return Language.EN
