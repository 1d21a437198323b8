//! The markup inside `view!`: tags, attributes and text, as they are written.
//! Must not know what is allowed.

use super::{is_sign, string};
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// What the views of one file write.
#[derive(Clone, Debug, Default)]
pub struct Markup {
    /// Every opening tag, of elements and components.
    pub tags: Vec<Tag>,
    /// Every text between tags that is written out, with its line.
    pub texts: Vec<(String, usize)>,
}

/// An opening tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The element's or component's name.
    pub name: String,
    /// Its attributes, in order.
    pub attributes: Vec<(String, Value)>,
    /// The line it stands in, from 1.
    pub line: usize,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// There is none: `disabled`.
    None,
    /// Written out: `class="x"`.
    Written(String),
    /// An expression.
    Computed,
}

impl Tag {
    /// Whether it is a component, not an element.
    pub fn is_component(&self) -> bool {
        self.name.starts_with(char::is_uppercase)
    }
}

/// All markup of a source file, nested views included.
pub fn markup(source: &str) -> Markup {
    let mut out = Markup::default();
    let stream = source.parse().expect("the file is made of Rust tokens");
    find(stream, &mut out);
    out
}

/// Looks for `view! { … }` at any depth.
fn find(stream: TokenStream, out: &mut Markup) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    for (at, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else {
            continue;
        };
        let is_view = at >= 2
            && is_sign(&trees[at - 1], '!')
            && matches!(&trees[at - 2], TokenTree::Ident(name) if name == "view");
        if is_view {
            View {
                trees: group.stream().into_iter().collect(),
                at: 0,
            }
            .read(out);
        }
        find(group.stream(), out);
    }
}

struct View {
    trees: Vec<TokenTree>,
    at: usize,
}

impl View {
    fn read(mut self, out: &mut Markup) {
        while let Some(tree) = self.next() {
            let line = tree.span().start().line;
            match &tree {
                TokenTree::Punct(punct) if punct.as_char() == '<' => self.tag(line, out),
                TokenTree::Group(group) => {
                    // A block that is nothing but a text is a text.
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    if let [TokenTree::Literal(literal)] = &inside[..] {
                        out.texts
                            .extend(string(&literal.to_string()).map(|text| (text, line)));
                    }
                }
                TokenTree::Literal(literal) => {
                    let written = literal.to_string();
                    out.texts.push((string(&written).unwrap_or(written), line));
                }
                // Text need not be quoted.
                other => out.texts.push((other.to_string(), line)),
            }
        }
    }

    fn next(&mut self) -> Option<TokenTree> {
        self.at += 1;
        self.trees.get(self.at - 1).cloned()
    }

    fn peek(&self, ahead: usize) -> Option<&TokenTree> {
        self.trees.get(self.at + ahead)
    }

    fn sees(&self, ahead: usize, sign: char) -> bool {
        self.peek(ahead).is_some_and(|tree| is_sign(tree, sign))
    }

    /// Reads what follows `<`.
    fn tag(&mut self, line: usize, out: &mut Markup) {
        if self.sees(0, '/') {
            while self.next().is_some_and(|tree| !is_sign(&tree, '>')) {}
            return;
        }
        let Some(name) = self.name() else {
            self.at += 1; // the fragment `<>`
            return;
        };
        let mut attributes = Vec::new();
        while self.peek(0).is_some() && !self.at_end_of_tag() {
            match self.name() {
                Some(name) => {
                    let value = self.value();
                    attributes.push((name, value));
                }
                None => self.at += 1, // a spread or a block
            }
        }
        self.at += if self.sees(0, '/') { 2 } else { 1 };
        out.tags.push(Tag {
            name,
            attributes,
            line,
        });
    }

    fn at_end_of_tag(&self) -> bool {
        self.sees(0, '>') || (self.sees(0, '/') && self.sees(1, '>'))
    }

    /// A name such as `on:click`, `aria-label` or `class:field--wrong`.
    fn name(&mut self) -> Option<String> {
        let Some(TokenTree::Ident(first)) = self.peek(0) else {
            return None;
        };
        let mut name = first.to_string();
        self.at += 1;
        loop {
            let mut joints = 0;
            while self.sees(joints, '-') || self.sees(joints, ':') {
                joints += 1;
            }
            match self.peek(joints) {
                Some(TokenTree::Ident(next)) if joints > 0 => {
                    let next = next.to_string();
                    for ahead in 0..joints {
                        name.extend(self.peek(ahead).map(ToString::to_string));
                    }
                    name.push_str(&next);
                    self.at += joints + 1;
                }
                _ => return Some(name),
            }
        }
    }

    fn value(&mut self) -> Value {
        if !self.sees(0, '=') {
            return Value::None;
        }
        self.at += 1;
        let mut parts = Vec::new();
        while let Some(tree) = self.peek(0) {
            let arrow = matches!(parts.last(), Some(TokenTree::Punct(last))
                if matches!(last.as_char(), '-' | '=') && last.spacing() == Spacing::Joint);
            if (self.at_end_of_tag() && !arrow) || begins_another(parts.last(), tree) {
                break;
            }
            parts.push(tree.clone());
            self.at += 1;
        }
        match &parts[..] {
            [TokenTree::Literal(literal)] => {
                let written = literal.to_string();
                Value::Written(string(&written).unwrap_or(written))
            }
            [TokenTree::Ident(word)] if word == "true" || word == "false" => {
                Value::Written(word.to_string())
            }
            _ => Value::Computed,
        }
    }
}

/// Whether `tree` is the name of the next attribute: in an expression no name follows a value directly.
fn begins_another(last: Option<&TokenTree>, tree: &TokenTree) -> bool {
    const JOINING: [&str; 3] = ["as", "else", "in"];
    const OPENING: [&str; 7] = ["move", "if", "match", "else", "as", "in", "let"];
    let is_value = match last {
        Some(TokenTree::Ident(word)) => !OPENING.contains(&word.to_string().as_str()),
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => true,
        Some(TokenTree::Punct(_)) | None => false,
    };
    match tree {
        TokenTree::Ident(word) => is_value && !JOINING.contains(&word.to_string().as_str()),
        // A block after a text or a number is a spread attribute.
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::Brace && matches!(last, Some(TokenTree::Literal(_)))
        }
        _ => false,
    }
}
