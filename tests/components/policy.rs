//! The Trusted Types policy of `boot.mjs`, its own code run here: that it refuses attacks and accepts what the views write.
//! Must not know the policy's lists.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const BOOT: &str = include_str!("../../boot.mjs");

/// The policy, taken out of `boot.mjs` and made without being installed.
pub struct Policy {
    name: String,
    rules: Object,
}

impl Policy {
    /// Runs the part of `boot.mjs` between its two headings, with a stand-in for `trustedTypes` that hands the rules over.
    pub fn of_boot() -> Self {
        let part = BOOT
            .split_once("\n// ---- Trusted Types")
            .expect("boot.mjs has the heading")
            .1;
        let part = part
            .split_once("\n// ---- The shell")
            .expect("boot.mjs has the next heading")
            .0;
        let part = part.split_once('\n').expect("lines follow the heading").1;
        let made = Object::new();
        let create =
            Function::new_with_args("made, name, rules", "made.name = name; made.rules = rules;");
        let types = Object::new();
        Reflect::set(
            &types,
            &"createPolicy".into(),
            &create.bind1(&JsValue::NULL, &made),
        )
        .unwrap();
        let global = Object::new();
        Reflect::set(&global, &"trustedTypes".into(), &types).unwrap();
        Function::new_with_args("globalThis", part)
            .call1(&JsValue::NULL, &global)
            .expect("the policy's code runs");
        let get = |name: &str| Reflect::get(&made, &name.into()).unwrap();
        Self {
            name: get("name").as_string().expect("boot.mjs makes a policy"),
            rules: get("rules").unchecked_into(),
        }
    }

    /// Whether the page would parse this markup. A policy that changes it would be no allow-list.
    pub fn allows(&self, markup: &str) -> bool {
        let create: Function = Reflect::get(&self.rules, &"createHTML".into())
            .unwrap()
            .unchecked_into();
        let answer = create.call1(&self.rules, &markup.into()).unwrap();
        match answer.as_string() {
            Some(text) => {
                assert_eq!(text, markup, "the policy changes what it allows");
                true
            }
            None => false,
        }
    }
}

/// From now on keeps all markup that is parsed on this page, to be asked for with [`recorded_markup`].
pub fn record_markup() {
    const RECORD: &str = "
        if (globalThis.parsedMarkup) return;
        globalThis.parsedMarkup = [];
        const own = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML');
        Object.defineProperty(Element.prototype, 'innerHTML', {
            ...own,
            set(markup) { globalThis.parsedMarkup.push(String(markup)); own.set.call(this, markup); },
        });";
    Function::new_no_args(RECORD).call0(&JsValue::NULL).unwrap();
}

/// All markup parsed on this page since [`record_markup`].
pub fn recorded_markup() -> Vec<String> {
    let recorded: Array = Reflect::get(&js_sys::global(), &"parsedMarkup".into())
        .unwrap()
        .unchecked_into();
    recorded
        .iter()
        .filter_map(|markup| markup.as_string())
        .collect()
}

#[wasm_bindgen_test]
fn it_is_the_default_policy_and_makes_no_scripts() {
    let policy = Policy::of_boot();
    assert_eq!(policy.name, "default");
    let rules: Vec<_> = Object::keys(&policy.rules)
        .iter()
        .filter_map(|name| name.as_string())
        .collect();
    // The second one is for the address of the service worker alone; the policy's test in Node.js asks it.
    assert_eq!(rules, ["createHTML", "createScriptURL"]);
}

#[wasm_bindgen_test]
fn markup_like_that_of_the_views_is_parsed() {
    let policy = Policy::of_boot();
    for markup in [
        "<p class=\"card__note\"></p>",
        "<input class=\"a\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\">",
        "<a href=\"/customers/1?x=1&amp;y=2\" class=\"b\">x</a>",
        "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use></use></svg>",
        "<div><!><span>1 &lt; 2</span><!></div>",
        "",
    ] {
        assert!(policy.allows(markup), "{markup}");
    }
}

#[wasm_bindgen_test]
fn every_attack_is_refused() {
    let policy = Policy::of_boot();
    let attacks = [
        // Elements that run, load or reach out.
        "<script>f()</script>",
        "<SCRIPT>f()</SCRIPT>",
        "<script src=\"/x.js\"></script>",
        "<iframe src=\"/x\"></iframe>",
        "<iframe srcdoc=\"x\"></iframe>",
        "<object data=\"/x\"></object>",
        "<embed src=\"/x\">",
        "<base href=\"https://evil.example/\">",
        "<meta http-equiv=\"refresh\" content=\"0\">",
        "<link rel=\"stylesheet\" href=\"/x.css\">",
        "<style>p{}</style>",
        "<template><p></p></template>",
        "<math><mtext></mtext></math>",
        "<video><source onerror=\"f()\"></video>",
        "<noscript><p title=\"</noscript><img src=x onerror=f()>\"></noscript>",
        // Event handlers.
        "<img src=x onerror=f()>",
        "<img src=\"x\" onerror=\"f()\">",
        "<p onclick=\"f()\">x</p>",
        "<p ONCLICK=\"f()\">x</p>",
        "<svg onload=\"f()\"></svg>",
        "<svg/onload=f()>",
        "<input autofocus onfocus=\"f()\">",
        "<details open ontoggle=\"f()\"></details>",
        "<p class=\"a\"onclick=\"f()\">",
        "<p\u{c}onclick=\"f()\">",
        // Addresses.
        "<a href=\"javascript:f()\">x</a>",
        "<a href=\"JaVaScRiPt:f()\">x</a>",
        "<a href=\" javascript:f()\">x</a>",
        "<a href=\"java\tscript:f()\">x</a>",
        "<a href=\"java&#115;cript:f()\">x</a>",
        "<a href=\"data:text/html,x\">x</a>",
        "<a href=\"vbscript:f()\">x</a>",
        "<a href=\"//evil.example\">x</a>",
        "<a href=\"/\\evil.example\">x</a>",
        "<a href=\"\\\\evil.example\">x</a>",
        "<a href=\"/&#47;evil.example\">x</a>",
        "<a href=\"/&sol;evil.example\">x</a>",
        "<a href=\"/\n/evil.example\">x</a>",
        "<a href=\"https://evil.example/\">x</a>",
        "<a href=\"https://learn.microsoft.com.evil.example/\">x</a>",
        "<a href=\"https://learn.microsoft.com@evil.example/\">x</a>",
        "<a href=\"http://learn.microsoft.com/\">x</a>",
        "<img src=\"//evil.example/x.png\">",
        "<img srcset=\"https://evil.example/x.png 2x\">",
        "<svg><use href=\"https://evil.example/x.svg#a\"></use></svg>",
        "<svg><a xlink:href=\"javascript:f()\"></a></svg>",
        "<svg><animate attributeName=\"href\" values=\"javascript:f()\"></animate></svg>",
        "<svg><foreignObject><p></p></foreignObject></svg>",
        "<form action=\"https://evil.example/\">",
        "<button formaction=\"javascript:f()\">x</button>",
        "<a href=\"/x\" ping=\"https://evil.example/\">x</a>",
        "<blockquote cite=\"javascript:f()\">",
        // Attributes that the policy of the page forbids, or that name other things than they seem to.
        "<p style=\"color:red\">x</p>",
        "<input form=\"x\" formtarget=\"_blank\">",
        "<p is=\"x-y\">",
        "<p nonce=\"x\">",
        "<p slot=\"x\">",
        // Quotes, comments and brackets that break out.
        "<p title='x'>",
        "<p title=x>",
        "<p title=\"a\" \"onclick=f()>",
        "<p title=\"<img onerror=f()>\">",
        "<p title=\"a\"><img src=x onerror=\"f()\" title=\"b\"></p>",
        "<!--><img src=x onerror=f()>-->",
        "<!--x--!><img src=x onerror=f()>",
        "<!-- <p> -->",
        "<!doctype html>",
        "<![CDATA[x]]>",
        "<?xml version=\"1.0\"?>",
        "<p <b>",
        "<p",
        "a < b",
        "</p onclick=\"f()\">",
        "<p>\u{0}<\u{0}script>",
    ];
    assert!(attacks.len() >= 24);
    let passed: Vec<_> = attacks
        .into_iter()
        .filter(|markup| policy.allows(markup))
        .collect();
    assert_eq!(passed, [""; 0], "the policy lets these through");
}
