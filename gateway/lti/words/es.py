"""Spanish."""

from typing import Final

ES: Final = {
    "refused": "La clase no se abre",
    "tell": "Si sigue así, dilo a quien se ocupa de la plataforma:",
    "fault.unreachable": "Tu plataforma de aprendizaje no responde ahora. Abre la clase otra vez"
    " dentro de un minuto.",
    "fault.misconfigured": "La plataforma y el servidor de clases aún no encajan.",
    "fault.expired": "El camino hasta aquí duró demasiado o empezó antes de reiniciar el servidor."
    " Abre la clase otra vez desde el curso.",
    "fault.replayed": "Esta entrada ya se usó. Abre la clase otra vez desde el curso.",
    "fault.denied": "La plataforma no te dejó seguir. Inicia sesión allí y abre la clase otra vez.",
    "fault.wrong_token": "Lo que envió la plataforma no era de fiar, así que nadie entró.",
    "fault.barred": "Ya no puedes entrar. Pregunta a quien lleva el servidor de clases.",
    "fault.busy": "Ahora mismo entra demasiada gente. Abre la clase otra vez dentro de un minuto.",
    "fault.unknown_platform": "El servidor de clases no conoce tu plataforma de aprendizaje.",
    "fault.wrong_deployment": "El servidor de clases conoce tu plataforma, pero no esta parte de"
    " ella.",
    "fault.wrong_message": "La plataforma envió algo que el servidor de clases no entiende.",
    "fault.anonymous": "La plataforma no dijo quién eres, y una clase tiene que saberlo.",
    "fault.no_right": "Solo quienes enseñan en un curso ponen clases en él.",
    "fault.wrong_lesson": "Este enlace fue cambiado y nombra una clase para la que no se hizo.",
    "fault.over": "Esta clase terminó y no estuviste en ella. Tu docente abre la próxima con el"
    " mismo enlace.",
    "fault.kicked": "Te sacaron de esta clase.",
    "fault.full": "La clase está llena.",
    "fault.unavailable": "La clase no responde ahora. Ábrela otra vez dentro de un minuto.",
    "tell.unreachable": "el servidor de clases no alcanza la dirección de claves o de tokens de la"
    " plataforma",
    "tell.misconfigured": "revisa las direcciones que el servidor de clases tiene de la plataforma",
    "tell.wrong_token": "compara emisor, client id, dirección de claves y los relojes de ambos"
    " servidores",
    "tell.unknown_platform": "registra la plataforma con lessonroom lti add, o compara su emisor y"
    " su client id",
    "tell.wrong_deployment": "añade este despliegue con lessonroom lti deployment",
    "tell.wrong_message": "configura la herramienta como LTI 1.3 y mira su tipo de mensaje",
    "tell.anonymous": "haz que la plataforma diga quién abre la herramienta (privacidad: nombre)",
    "tell.wrong_lesson": "quita el enlace del curso y vuelve a poner la clase",
    "over": "Esta clase terminó",
    "over.text": "Mira lo que hubo o empieza la próxima clase: el grupo entra con el mismo enlace y"
    " la pizarra sigue donde estaba.",
    "over.look": "Mirarla",
    "over.next": "Empezar la próxima clase",
    "pick": "¿Qué clase debe estar aquí?",
    "pick.new": "Una clase nueva",
    "pick.title": "Su título",
    "pick.known": "O una de este curso",
    "pick.put": "Ponerla en el curso",
    "pick.untitled": "Clase sin título",
    "sent": "Volviendo al curso …",
    "sent.go": "Seguir",
    "done": "La plataforma está registrada",
    "done.text": "Ya se pueden poner clases en los cursos. Esta ventana se puede cerrar.",
    "done.wait": "Quizá la plataforma pida activar la herramienta.",
}
