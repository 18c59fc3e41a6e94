"""French."""

from typing import Final

FR: Final = {
    "refused": "Le cours ne s’ouvre pas",
    "tell": "Si cela continue, dites à la personne qui s’occupe de la plateforme :",
    "fault.unreachable": "Votre plateforme ne répond pas pour le moment. Rouvrez le cours dans une"
    " minute.",
    "fault.misconfigured": "La plateforme et le serveur de cours ne s’accordent pas encore.",
    "fault.expired": "Le trajet a duré trop longtemps, ou a commencé avant un redémarrage du"
    " serveur. Rouvrez le cours depuis la plateforme.",
    "fault.replayed": "Cette entrée a déjà servi. Rouvrez le cours depuis la plateforme.",
    "fault.denied": "La plateforme ne vous a pas laissé passer. Connectez-vous-y et rouvrez le"
    " cours.",
    "fault.wrong_token": "Ce que la plateforme a envoyé n’était pas crédible : personne n’est"
    " entré.",
    "fault.barred": "Vous ne pouvez plus entrer. Demandez à qui gère le serveur de cours.",
    "fault.busy": "Trop de monde entre en ce moment. Rouvrez le cours dans une minute.",
    "fault.unknown_platform": "Le serveur de cours ne connaît pas votre plateforme.",
    "fault.wrong_deployment": "Le serveur de cours connaît votre plateforme, mais pas cette"
    " partie.",
    "fault.wrong_message": "La plateforme a envoyé quelque chose que le serveur ne comprend pas.",
    "fault.anonymous": "La plateforme n’a pas dit qui vous êtes, et un cours doit le savoir.",
    "fault.no_right": "Seules les personnes qui enseignent y placent des cours.",
    "fault.wrong_lesson": "Ce lien a été changé et nomme un cours pour lequel il n’est pas fait.",
    "fault.over": "Ce cours est terminé, et vous n’y étiez pas. Le prochain s’ouvrira par le même"
    " lien.",
    "fault.kicked": "Vous avez été retiré de ce cours.",
    "fault.full": "Le cours est complet.",
    "fault.unavailable": "Le cours ne répond pas pour le moment. Rouvrez-le dans une minute.",
    "tell.unreachable": "le serveur de cours n’atteint pas l’adresse des clés ou des jetons de la"
    " plateforme",
    "tell.misconfigured": "vérifiez les adresses que le serveur de cours a de la plateforme",
    "tell.wrong_token": "comparez émetteur, client id, adresse des clés et horloges des deux"
    " serveurs",
    "tell.unknown_platform": "enregistrez la plateforme avec lessonroom lti add, ou comparez son"
    " émetteur et son client id",
    "tell.wrong_deployment": "ajoutez ce déploiement avec lessonroom lti deployment",
    "tell.wrong_message": "configurez l’outil en LTI 1.3 et regardez son type de message",
    "tell.anonymous": "laissez la plateforme dire qui ouvre l’outil (confidentialité : nom)",
    "tell.wrong_lesson": "retirez le lien et replacez le cours",
    "over": "Ce cours est terminé",
    "over.text": "Regardez ce qui a eu lieu, ou commencez le cours suivant : la classe entre par le"
    " même lien, et le tableau reprend où il en était.",
    "over.look": "Le regarder",
    "over.next": "Commencer le suivant",
    "pick": "Quel cours placer ici ?",
    "pick.new": "Un nouveau cours",
    "pick.title": "Son titre",
    "pick.known": "Ou l’un de ceux d’ici",
    "pick.put": "Le placer",
    "pick.untitled": "Cours sans titre",
    "sent": "Retour à la plateforme …",
    "sent.go": "Continuer",
    "done": "La plateforme est enregistrée",
    "done.text": "Des cours peuvent y être placés. Cette fenêtre peut être fermée.",
    "done.wait": "La plateforme demandera peut-être d’activer l’outil.",
}
