"""The words in dates: months and weekdays as publishers' languages have them, and the names of time zones."""

_MONTHS = (
    "jan january januar janvier janv enero ene gennaio gen janeiro januari",
    "feb february februar février fév févr fevrier febrero febbraio fevereiro fev februari",
    "mar march märz mär mrz mars marzo março maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august août aout agosto ago augustus",
    "sep sept september septembre septiembre settembre set setembro",
    "oct october oktober okt octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december dezember dez décembre déc decembre diciembre dic dicembre dezembro",
)
_WEEKDAYS = (
    "mon monday mo montag lun lundi lunes lunedì seg segunda maandag ma",
    "tue tues tuesday di dienstag mar mardi mart martes martedì ter terça dinsdag",
    "wed weds wednesday mi mittwoch mer mercredi mié miércoles mercoledì qua quarta woensdag wo",
    "thu thur thurs thursday do donnerstag jeu jeudi jue jueves gio giovedì qui quinta donderdag",
    "fri friday fr freitag ven vendredi vie viernes venerdì sex sexta vrijdag vr",
    "sat saturday sa samstag sonnabend sam samedi sáb sábado sab sabato zaterdag za",
    "sun sunday so sonntag dim dimanche dom domingo domenica zondag zo",
)
MONTHS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
WEEKDAYS = {word: number for number, words in enumerate(_WEEKDAYS) for word in words.split()}

# Minutes east of Greenwich. Where zones share a name: the one RFC 822 gives it, else the one that more feeds mean.
ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("bst", "cet", "met", "mez", "west", "wat"), 60),
    **dict.fromkeys(("cest", "mest", "mesz", "eet", "sast", "cat"), 120),
    **dict.fromkeys(("eest", "msk", "trt", "eat"), 180),
    **{"gst": 240, "pkt": 300, "ist": 330, "npt": 345, "ict": 420, "wib": 420},
    **dict.fromkeys(("hkt", "sgt", "pht", "myt", "awst"), 480),
    **{"kst": 540, "jst": 540, "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720, "nzdt": 780},
    **{"brt": -180, "art": -180, "adt": -180, "ast": -240, "at": -240, "edt": -240, "nst": -210, "ndt": -150},
    **dict.fromkeys(("est", "et", "cdt"), -300),
    **dict.fromkeys(("cst", "ct", "mdt"), -360),
    **dict.fromkeys(("mst", "mt", "pdt"), -420),
    **{"pst": -480, "pt": -480, "akdt": -480, "akst": -540, "hst": -600},
}  # fmt: skip
