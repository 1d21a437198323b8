//! Tells a legal name that was typed to fill a field from one that somebody bears.
//! Must not know whose name it is.
//!
//! One word is never enough where another may make it a name: *Test* is a placeholder, *Test Company* too, *Test Valley
//! School* is a school on the river Test.

/// Words that are no name, alone or with words that say only what kind of thing it is.
const FILLERS: [&str; 53] = [
    "asd",
    "asdasd",
    "asdf",
    "asdfasdf",
    "asdfg",
    "asdfgh",
    "asdfghjkl",
    "azerty",
    "beispiel",
    "demo",
    "demofirma",
    "deneme",
    "dummy",
    "example",
    "foo",
    "foobar",
    "lorem",
    "mustermann",
    "musterfirma",
    "musterschule",
    "örnek",
    "példa",
    "placeholder",
    "próba",
    "prueba",
    "pruebas",
    "przykład",
    "qwe",
    "qweqwe",
    "qwerty",
    "qwertyuiop",
    "qwertz",
    "sample",
    "test",
    "testcompany",
    "testcustomer",
    "testfirma",
    "testing",
    "testkunde",
    "tests",
    "testschool",
    "testschule",
    "teszt",
    "yxcv",
    "zxcv",
    "zxcvbn",
    "тест",
    "фыва",
    "йцукен",
    "测试",
    "測試",
    "テスト",
    "테스트",
];

/// Words that say only what kind of thing it is, or what is to be done with it.
const KINDS: [&str; 52] = [
    "academy",
    "account",
    "bar",
    "baz",
    "business",
    "cég",
    "client",
    "college",
    "customer",
    "delete",
    "do",
    "empresa",
    "escuela",
    "firma",
    "ignore",
    "institute",
    "ipsum",
    "iskola",
    "kunde",
    "me",
    "my",
    "name",
    "new",
    "not",
    "okul",
    "old",
    "only",
    "org",
    "organisation",
    "organization",
    "please",
    "school",
    "schule",
    "şirket",
    "skola",
    "szkoła",
    "temp",
    "tenant",
    "the",
    "université",
    "universität",
    "university",
    "use",
    "user",
    "your",
    "école",
    "škola",
    "школа",
    "学校",
    "公司",
    "会社",
    "학교",
];

/// Forms of companies, as they end a name. Those of single letters, such as `s.r.o.`, are dropped as single letters.
const FORMS: [&str; 44] = [
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bhd",
    "bt",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "ev",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "lda",
    "limited",
    "llc",
    "llp",
    "ltd",
    "mbh",
    "nv",
    "nyrt",
    "ooo",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "sl",
    "spa",
    "srl",
    "şti",
    "zrt",
    "ооо",
    "有限公司",
    "株式会社",
];

/// Whole names that say that there is none. Compared without white space and signs.
const NOTHING: [&str; 34] = [
    "abc",
    "abcd",
    "brak",
    "company",
    "companyname",
    "customer",
    "customername",
    "mycompany",
    "na",
    "name",
    "nil",
    "nincs",
    "no",
    "noname",
    "none",
    "null",
    "organisation",
    "organization",
    "school",
    "schoolname",
    "string",
    "tba",
    "tbd",
    "temp",
    "tenant",
    "tmp",
    "todo",
    "undefined",
    "university",
    "unknown",
    "unnamed",
    "xyz",
    "yourcompany",
    "нет",
];

/// Companies that Microsoft invented for its examples. Nobody else is called so.
const INVENTED: [&str; 2] = ["contoso", "fabrikam"];

/// Whether a name looks like a placeholder.
pub(super) fn is_placeholder(name: &str) -> bool {
    let name = name.to_lowercase();
    let words = words(&name);
    let letters = words.concat();
    let Some(first) = letters.chars().next() else {
        return true;
    };
    let one_letter = letters.chars().all(|letter| letter == first);
    // With its digits: *School 42* is a school.
    let whole: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    one_letter || NOTHING.contains(&whole.as_str()) || is_filled(&words)
}

/// The words, without digits at their ends and without what is no letter.
fn words(name: &str) -> Vec<&str> {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let bare = words.map(|word| word.trim_end_matches(char::is_numeric));
    bare.filter(|word| !word.is_empty()).collect()
}

/// Whether there is a filler, and nothing beside it that could be a name.
fn is_filled(words: &[&str]) -> bool {
    let is_filler = |word: &&str| FILLERS.contains(&within(word));
    let says_nothing = |word: &&str| {
        is_filler(word) || KINDS.contains(word) || FORMS.contains(word) || word.chars().count() == 1
    };
    words.iter().any(|word| INVENTED.contains(word))
        || (words.iter().any(is_filler) && words.iter().all(says_nothing))
}

/// A word without the kind or form that is written onto it where words are not set apart.
fn within(word: &str) -> &str {
    let attached = FORMS.iter().chain(&KINDS).filter(|kind| !kind.is_ascii());
    attached
        .filter_map(|kind| word.strip_suffix(kind).or_else(|| word.strip_prefix(kind)))
        .find(|rest| !rest.is_empty())
        .unwrap_or(word)
}
