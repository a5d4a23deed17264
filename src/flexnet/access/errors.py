"""What access cannot do."""


class TermsExist(Exception):
    """This version of the terms is published already."""


class NoSuchTerms(Exception):
    """There is no such version of the terms."""


class BadTerms(Exception):
    """The terms cannot be published like this; the text says why."""


class BadDeclaration(Exception):
    """The declaration cannot be entered like this; the text says why."""


class NoSuchDeclaration(Exception):
    """This person has not declared to keep this version of the terms."""


class BadScan(Exception):
    """The scan is too large, or no file of a kind that is taken; the text says which."""


class NoSuchScan(Exception):
    """There is no scan of this declaration, or of this mandate."""


class StoreFull(Exception):
    """There is no room left for a scan."""


class BadObjection(Exception):
    """The objection cannot be entered, judged or locked for like this; the text says why."""


class NoSuchObjection(Exception):
    """There is no such objection."""


class AlreadyObjected(Exception):
    """This person objects to this version of the terms already."""


class AlreadyJudged(Exception):
    """The objection was judged before."""


class NoSuchAccess(Exception):
    """There is no access with this user name."""


class NoSuchLock(Exception):
    """There is no lock with this number."""


class BadLock(Exception):
    """The lock cannot be reviewed or lifted like this; the text says why."""


class FourEyesNeeded(Exception):
    """A second person has to approve, and it cannot be the one who acts."""


class NoSuchRestriction(Exception):
    """There is no restriction with this number."""


class BadRequest(Exception):
    """The request for new credentials cannot be made or answered like this; the text says why."""


class NoSuchRequest(Exception):
    """There is no open request with this number."""


class AddressRests(Exception):
    """The registered address is new, and no secret travels there yet; the text says until when."""


class BadTravelPass(Exception):
    """The travel pass cannot be granted like this; the text says why."""


class NoSuchTravelPass(Exception):
    """There is no such travel pass, or it is revoked."""


class NoSuchBreach(Exception):
    """There is no open breach with this number."""


class BadBreach(Exception):
    """The breach cannot be decided or closed like this; the text says why."""


class BadNotice(Exception):
    """The notice cannot be given or withdrawn like this; the text says why."""


class NoSuchNotice(Exception):
    """There is no such notice, or it is withdrawn."""


class BadExemption(Exception):
    """The exception cannot be granted like this; the text says why."""


class NoSuchExemption(Exception):
    """There is no such exception, or it is revoked."""


class NoSuchService(Exception):
    """There is no service of this name."""


class ServiceExists(Exception):
    """There is a service of this name already."""


class BadService(Exception):
    """The service's name or rules cannot be used; the text says why."""


class AlreadyDeclared(Exception):
    """This person has declared to keep this version of the terms before."""


class AlreadyGranted(Exception):
    """The access may use this service already."""


class KeyTaken(Exception):
    """The key belongs to an access, or the access has a key."""


class KeyNotHeld(Exception):
    """The key belongs to no access."""


class KeyOfNoUse(Exception):
    """An access of this kind has no tunnel of its own."""


class ExtraKey(Exception):
    """The site has its free key already (§ 2(1)); the text says whether a reason helps."""


class KeyLocked(Exception):
    """The key is locked for another reason than its loss, which has to be settled first."""


class NoSuchCharge(Exception):
    """There is no charge with this number that still stands."""


class NotToCharge(Exception):
    """For this lock there is nothing to charge; the text says why."""


class BadOrigin(Exception):
    """From this access no other is derived."""


class BadPermission(Exception):
    """An access of this kind cannot be permitted this; the text says why."""


class AlreadyPermitted(Exception):
    """The access may do this already."""


class AlreadyWithdrawn(Exception):
    """The access was withdrawn before, or is none that a member can withdraw."""


class OwnPassword(Exception):
    """The access has a password that its owner chose: there is no first one any more."""


class TooManyTries(Exception):
    """So many codes did not fit that no more are looked at for a while."""


class BadMandate(Exception):
    """A mandate that came on paper was not entered; `args` hold the `mandating.NotGiven`."""


class NotAsked(Exception):
    """The request for a change is settled, or was withdrawn."""


class NotYet(Exception):
    """What is asked for holds from a later day on, and this act knows no days."""
