//! Rust source as tests look at it: as tokens, so that comments and strings mislead nobody, and the markup in `view!`.
//! Must not know which rules are checked.
#![allow(dead_code, unused_imports)] // each of the test programs that share this file uses a part of it

mod views;

pub use views::{Markup, Tag, Value, markup};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// One token, flat. Groups are given as their brackets with the content between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// The line it stands in, from 1.
    pub line: usize,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Word(String),
    /// The content of a string literal, escapes resolved as far as tests need it.
    Text(String),
    /// Punctuation or a bracket.
    Sign(char),
    /// A number, character or anything else literal.
    Other(String),
}

impl Token {
    /// The name or keyword, if it is one.
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The content of the string literal, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is this sign.
    pub fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// The tokens of a source file, without comments and documentation.
///
/// # Panics
/// When the file is not Rust.
pub fn tokens(source: &str) -> Vec<Token> {
    flat(without_docs(parsed(source)))
}

/// The same without what is compiled for unit tests only.
pub fn tokens_without_tests(source: &str) -> Vec<Token> {
    flat(without_tests(without_docs(parsed(source))))
}

fn parsed(source: &str) -> TokenStream {
    source.parse().expect("the file is made of Rust tokens")
}

fn flat(stream: TokenStream) -> Vec<Token> {
    let mut out = Vec::new();
    flatten(stream, &mut out);
    out
}

fn flatten(stream: TokenStream, out: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::None => (' ', ' '),
                };
                let end = group.span_close().start().line;
                out.push(Token {
                    kind: Kind::Sign(open),
                    line,
                });
                flatten(group.stream(), out);
                out.push(Token {
                    kind: Kind::Sign(close),
                    line: end,
                });
            }
            TokenTree::Ident(ident) => out.push(Token {
                kind: Kind::Word(ident.to_string()),
                line,
            }),
            TokenTree::Punct(punct) => out.push(Token {
                kind: Kind::Sign(punct.as_char()),
                line,
            }),
            TokenTree::Literal(literal) => {
                let written = literal.to_string();
                let kind = string(&written).map_or(Kind::Other(written), Kind::Text);
                out.push(Token { kind, line });
            }
        }
    }
}

/// The content of a string literal as written in the source.
fn string(literal: &str) -> Option<String> {
    let body = literal
        .trim_start_matches(['b', 'c', 'r'])
        .trim_matches('#');
    let inside = body.strip_prefix('"')?.strip_suffix('"')?;
    if literal.contains("r\"") || literal.contains("r#") {
        return Some(inside.to_owned());
    }
    let mut out = String::with_capacity(inside.len());
    let mut letters = inside.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('u') => {
                let digits: String = letters.by_ref().skip(1).take_while(|c| *c != '}').collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                out.extend(code.and_then(char::from_u32));
            }
            // A line that goes on: the white space that follows is not part of the text.
            Some('\n') => while letters.next_if(|c| c.is_whitespace()).is_some() {},
            Some(other) => out.push(other),
            None => {}
        }
    }
    Some(out)
}

/// Drops `#[doc = …]`, which is what comments with three slashes become.
fn without_docs(stream: TokenStream) -> TokenStream {
    filtered(stream, &|attribute| starts_with(attribute, &["doc"]), false)
}

/// Drops every item under `#[cfg(test)]`.
fn without_tests(stream: TokenStream) -> TokenStream {
    filtered(stream, &is_for_tests, true)
}

fn is_for_tests(attribute: &Group) -> bool {
    let written = attribute.stream().to_string().replace(' ', "");
    written == "cfg(test)" || written.starts_with("cfg(all(test")
}

/// Drops the attributes for which `drop` is true; with `item` also all that follows up to the end of the item.
fn filtered(stream: TokenStream, drop: &dyn Fn(&Group) -> bool, item: bool) -> TokenStream {
    let mut out = Vec::new();
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        if !is_sign(&tree, '#') {
            out.push(within(tree, drop, item));
            continue;
        }
        let bang = trees.next_if(|next| is_sign(next, '!'));
        match trees.next() {
            Some(TokenTree::Group(group)) if drop(&group) => {
                if item {
                    let ends = |tree: &TokenTree| match tree {
                        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                        tree => is_sign(tree, ';'),
                    };
                    while trees.next().is_some_and(|tree| !ends(&tree)) {}
                }
            }
            other => {
                out.push(tree);
                out.extend(bang);
                out.extend(other.map(|tree| within(tree, drop, item)));
            }
        }
    }
    out.into_iter().collect()
}

fn within(tree: TokenTree, drop: &dyn Fn(&Group) -> bool, item: bool) -> TokenTree {
    let TokenTree::Group(group) = tree else {
        return tree;
    };
    let mut inner = Group::new(group.delimiter(), filtered(group.stream(), drop, item));
    inner.set_span(group.span());
    TokenTree::Group(inner)
}

fn starts_with(group: &Group, words: &[&str]) -> bool {
    let mut trees = group.stream().into_iter();
    words
        .iter()
        .all(|word| trees.next().is_some_and(|tree| tree.to_string() == *word))
}

fn is_sign(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}
