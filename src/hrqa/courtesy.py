"""Questions without the greetings, requests and thanks around them."""

import re

from hrqa.words import fold, word_spans

_FEWEST_WORDS = 2

_ME = "(?:me|us)"
_I = "(?:em|minh|toi|chau|con|tui|tao)"
_YOU = "(?:thay co|thay|co|ban|cac ban|moi nguoi|anh chi|anh|chi|ad|admin|shop|bot|quy thay co|may)"
_PARTICLE = "(?: (?:_?a|_?nhe|nha|voi|oi|vay|ne))*"
_ONLY_POLITE = {"dạ": "_da", "ạ": "_a", "nhé": "_nhe"}
"""Syllables that say nothing else, though without their marks they may."""

_BEFORE = (
    r"(?:hi|hello|hey|greetings)(?: there| all| everyone| team| bot)?",
    r"good (?:morning|afternoon|evening|day)(?: all| everyone)?",
    r"dear (?:sir|madam|all|team)(?: or (?:sir|madam))?",
    r"excuse me",
    r"(?:sorry(?: to bother you)?|pardon me)(?: but)?",
    r"(?:please|pls|plz|kindly)",
    rf"(?:could|can|would|will) (?:you|u) (?:please |pls |kindly )?"
    rf"(?:tell|show|explain to|help|inform) {_ME}(?: to)?(?: know| find(?: out)?| understand)?",
    rf"(?:could|can|would|will) (?:you|u) (?:please |pls |kindly )?let {_ME} know",
    rf"(?:tell|inform) {_ME}|let {_ME} know",
    r"i (?:would|d) (?:like|love) to (?:know|ask|find out)(?: about)?",
    r"i (?:want|wanted|need|wish) to (?:know|ask|find out)(?: about)?",
    r"i (?:was|am|m) (?:just )?wondering|i (?:just )?wonder",
    r"(?:do|does) (?:you|u|anyone|anybody) know",
    r"(?:may|can|could) i (?:please )?ask(?: you)?",
    r"i (?:have|ve|got|have got) a (?:quick |short |small )?question",
    r"(?:just )?(?:a )?(?:quick|short|small) question",
    rf"(?:_?da|vang|alo)? ?{_I}? ?(?:xin )?(?:kinh )?chao {_YOU}{_PARTICLE}",
    rf"(?:_?da|vang|alo) (?:thua {_YOU}|cho(?= {_I} hoi))|_da|alo",
    rf"{_YOU} oi",
    rf"(?:{_YOU} )?(?:lam on |vui long |hay |co the |xin )?(?:cho|chi|noi|giai thich)(?: phep)? "
    rf"{_I} (?:xin )?(?:duoc )?(?:hoi|biet)(?: ti| chut| mot chut| xiu)?{_PARTICLE}(?: la| ve)?",
    r"(?:lam on |vui long |xin |hay )cho (?:biet|hoi)(?: la)?",
    rf"{_I} (?:dang |rat )?(?:muon|can|xin)(?: duoc)? (?:hoi|biet|tim hieu)(?: la| ve)?{_PARTICLE}",
    rf"{_I} co (?:mot )?(?:cau hoi|thac mac)(?: la| nay| nhu sau)?",
    r"(?:lam on|vui long|xin hoi)",
    r"co ai biet(?: la)?",
    rf"giup {_I}{_PARTICLE}",
)
_AFTER = (
    r"(?:many )?(?:thanks|thank you|thank u|thx|cheers)(?: so much| very much| a lot| again)?"
    r"(?: in advance)?(?: for (?:your|the) (?:help|time|answer|support))?(?: in advance)?",
    r"(?:please|pls|plz)",
    r"i (?:would|d) appreciate it|much appreciated",
    r"(?:hope to hear|looking forward to hearing) from you(?: soon)?",
    rf"(?:{_I} )?(?:xin )?(?:chan thanh )?(?:cam on|camon|thank)(?: {_YOU})?"
    rf"(?: (?:rat|that))?(?: nhieu)?(?: lam)?(?: truoc)?{_PARTICLE}",
    rf"giup {_I}{_PARTICLE}",
    r"(?:voi|vay|duoc khong) _?a|_a|_nhe",
)
_AT_START = re.compile(rf"(?:{'|'.join(_BEFORE)})(?: |$)")
_AT_END = re.compile(rf"(?:^| )(?:{'|'.join(_AFTER)})$")


def without_courtesy(question: str) -> str:
    """Take off what is said around a question out of politeness, in English and Vietnamese.

    Only at its two ends, and never so much that fewer than two words are left.
    """
    spans = word_spans(question)
    typed = [question[start:end].casefold() for start, end in spans]
    folded = [_ONLY_POLITE.get(word, fold(word)) for word in typed]
    first, last = 0, len(folded)
    while (found := _AT_START.match(" ".join(folded[first:last]))) is not None:
        taken = len(found[0].split())
        if not taken or last - first - taken < _FEWEST_WORDS:
            break
        first += taken
    while (found := _AT_END.search(" ".join(folded[first:last]))) is not None:
        taken = len(found[0].split())
        if not taken or last - first - taken < _FEWEST_WORDS:
            break
        last -= taken
    if (first, last) == (0, len(folded)):
        return question
    end = spans[last][0] if last < len(spans) else len(question)
    return question[spans[first][0] : end].strip(" \t\n,;:–-!(")
