"""English."""

from typing import Final

EN: Final = {
    "refused": "The lesson does not open",
    "tell": "If it stays like this, tell whoever looks after the platform:",
    "fault.unreachable": "Your learning platform does not answer at the moment. Open the lesson"
    " again in a minute.",
    "fault.misconfigured": "The platform and the lesson server do not fit together yet.",
    "fault.expired": "The way here took too long, or was begun before the server was started anew."
    " Open the lesson again from the course.",
    "fault.replayed": "This way in was used already. Open the lesson again from the course.",
    "fault.denied": "The platform did not let you go on. Sign in there and open the lesson again.",
    "fault.wrong_token": "What the platform sent could not be believed, so nobody was let in.",
    "fault.barred": "You may not come in any more. Ask whoever runs the lesson server.",
    "fault.busy": "Too many are coming in at this moment. Open the lesson again in a minute.",
    "fault.unknown_platform": "The lesson server does not know your learning platform.",
    "fault.wrong_deployment": "The lesson server knows your platform, but not this part of it.",
    "fault.wrong_message": "The platform sent something that the lesson server does not"
    " understand.",
    "fault.anonymous": "The platform did not say who you are, and a lesson needs to know.",
    "fault.no_right": "Only teachers of a course put lessons into it.",
    "fault.wrong_lesson": "This link was changed, and names a lesson that it was not made for.",
    "fault.over": "This lesson is over, and you were not in it. Your teacher opens the next one by"
    " the same link.",
    "fault.kicked": "You were removed from this lesson.",
    "fault.full": "The lesson is full.",
    "fault.unavailable": "The lesson does not answer at the moment. Open it again in a minute.",
    "tell.unreachable": "the lesson server cannot reach the platform's key or token address",
    "tell.misconfigured": "check the addresses that the lesson server has of the platform",
    "tell.wrong_token": "compare issuer, client id, key set address and the clocks of both servers",
    "tell.unknown_platform": "register the platform with lessonroom lti add, or compare its issuer"
    " and client id",
    "tell.wrong_deployment": "add this deployment with lessonroom lti deployment",
    "tell.wrong_message": "set the tool up as LTI 1.3 and look at its message type",
    "tell.anonymous": "have the platform share who launches the tool (privacy: name)",
    "tell.wrong_lesson": "remove the link from the course and put the lesson in again",
    "over": "This lesson is over",
    "over.text": "Look at what was, or begin the next lesson: pupils come into it by the same link,"
    " and the board goes on from where it was.",
    "over.look": "Look at it",
    "over.next": "Begin the next lesson",
    "pick": "Which lesson is to stand here?",
    "pick.new": "A new lesson",
    "pick.title": "Its title",
    "pick.known": "Or one of this course",
    "pick.put": "Put it into the course",
    "pick.untitled": "Untitled lesson",
    "sent": "Going back to the course …",
    "sent.go": "Go on",
    "done": "The platform is registered",
    "done.text": "Lessons can be put into courses now. This window can be closed.",
    "done.wait": "The platform may ask you to switch the tool on.",
}
