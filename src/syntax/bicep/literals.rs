//! Tokens to objects and arrays, and what separates their items.

use super::ast::{Expr, ExprKind, Item, Key, Member, Name, Property, Spread};
use super::lexer::Kind;
use super::parser::Parser;

impl Parser<'_> {
    /// `{..}`; the token is its brace. Resources may be declared inside the body of a resource.
    pub(super) fn object(&mut self, resources: bool) -> Expr {
        let start = self.token.start;
        let first = self.open.members.len();
        let mut height = 0;
        self.advance();
        while self.another_item(Kind::RightBrace, resources) {
            let member = self.member(resources);
            self.open.members.push(member);
            height = height.max(self.height);
            self.separator(Kind::RightBrace);
        }
        self.close(Kind::RightBrace, "}", start);
        self.around(height);
        Expr {
            kind: ExprKind::Object(self.open.members.drain(first..).collect()),
            span: self.since(start),
        }
    }

    fn member(&mut self, resources: bool) -> Member {
        let start = self.token.start;
        match self.token.kind {
            Kind::Ellipsis => return Member::Spread(self.spread()),
            Kind::At if resources => return self.nested_resource(),
            Kind::Word if resources && self.at_word("resource") && self.name_follows() => {
                return self.nested_resource();
            }
            _ => {}
        }
        let Some(key) = self.key() else {
            let (key, value) = (self.missing(), self.missing());
            let span = self.gap();
            let key = Key::Computed(Box::new(key));
            return Member::Property(Property { key, value, span });
        };
        self.expect(Kind::Colon, ":", "put `:` between the name and the value");
        let value = self.expression();
        let span = self.since(start);
        Member::Property(Property { key, value, span })
    }

    fn name_follows(&self) -> bool {
        let (next, _) = self.ahead();
        next == b'_' || next.is_ascii_alphabetic()
    }

    fn nested_resource(&mut self) -> Member {
        let statement = self.statement();
        self.around(self.height);
        Member::Resource(Box::new(statement))
    }

    /// The name of a property.
    pub(super) fn key(&mut self) -> Option<Key> {
        const HELP: &str = "write the name as a word or as a text in single quotes";
        match self.token.kind {
            Kind::Word => {
                if matches!(self.text(self.token), "true" | "false" | "null") {
                    let help = "put the name into single quotes";
                    self.expected_softly("the name of a property", help);
                }
                Some(Key::Name(self.take_name()))
            }
            Kind::Quote | Kind::Block(_) => {
                let text = self.string();
                let span = text.span;
                Some(match text.kind {
                    ExprKind::Text(text) => Key::Name(Name { text, span }),
                    kind => Key::Computed(Box::new(Expr { kind, span })),
                })
            }
            _ => {
                self.expected("the name of a property", HELP);
                // A character that is none of the language's was reported by the lexer.
                self.lost = true;
                None
            }
        }
    }

    fn spread(&mut self) -> Spread {
        let start = self.token.start;
        self.advance();
        let value = self.expression();
        self.around(self.height);
        let span = self.since(start);
        Spread { value, span }
    }

    /// `[..]` or `[for ..]`; the token is its bracket.
    pub(super) fn array(&mut self) -> Expr {
        let start = self.token.start;
        let first = self.open.items.len();
        let mut height = 0;
        self.advance();
        self.newlines();
        if self.at_word("for") {
            return self.loop_expression(start, None);
        }
        while self.another_item(Kind::RightSquare, false) {
            let item = if self.at(Kind::Ellipsis) {
                Item::Spread(self.spread())
            } else {
                Item::Value(self.expression())
            };
            self.open.items.push(item);
            height = height.max(self.height);
            self.separator(Kind::RightSquare);
        }
        self.close(Kind::RightSquare, "]", start);
        self.around(height);
        Expr {
            kind: ExprKind::Array(self.open.items.drain(first..).collect()),
            span: self.since(start),
        }
    }

    /// Passes ends of lines; whether an item begins instead of the closing bracket.
    pub(super) fn another_item(&mut self, close: Kind, resources: bool) -> bool {
        if self.abandoned {
            return false;
        }
        self.newlines();
        let ends = self.at(close) || self.at(Kind::End);
        !ends && (!self.at_declaration() || resources && self.at_word("resource"))
    }

    /// After an item: an end of line or a comma must follow, or the closing bracket.
    pub(super) fn separator(&mut self, close: Kind) {
        self.next_item(close);
        let ends = self.at(close) || self.at(Kind::Newline) || self.at(Kind::End);
        if self.abandoned || ends {
            return;
        }
        if !self.at(Kind::Comma) {
            let help = "put each item on its own line, or a comma between two";
            self.expected("the end of the line or `,`", help);
            self.lost = true;
            self.next_item(close);
        }
        if self.eat(Kind::Comma) && self.at(Kind::Newline) {
            let place = self.gap();
            let help = "remove the comma: the end of the line separates the items";
            self.problem(place, "a comma cannot end the line", help);
        }
    }
}
