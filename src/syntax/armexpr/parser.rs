//! Tokens of an expression to a tree. The first error ends it: what follows would only be guessed.

use std::sync::Arc;

use super::lexer::{Token, TokenKind, token_at};
use super::{MAX_DEPTH, Node, NodeKind, Source};
use crate::finding::{Problem, ProblemKind};
use crate::text::Span;

type Parsed<T> = Result<T, Box<Problem>>;

pub(super) struct Parser<'a> {
    source: Source<'a>,
    /// End of the text between the outer brackets.
    end: usize,
    /// The token to be read next.
    token: Token,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        let end = source.text.len().saturating_sub(1).max(1);
        let mut parser = Self {
            source,
            end,
            token: Token {
                kind: TokenKind::End,
                start: 0,
                end: 0,
            },
        };
        parser.read(1);
        parser
    }

    pub(super) fn expression(mut self) -> Parsed<Node> {
        if self.token.kind == TokenKind::End {
            return Err(self
                .error(0, self.source.text.len(), "The expression is empty")
                .help("Write text of this shape as `[[]`")
                .into());
        }
        let (node, _) = self.node(0)?;
        match self.token.kind {
            TokenKind::End => Ok(node),
            _ => Err(self.unexpected("the end of the expression").into()),
        }
    }

    fn read(&mut self, from: usize) {
        let text = self.source.text.get(..self.end).unwrap_or("");
        self.token = token_at(text, from);
    }

    /// Takes the token that is to be read and reads the next one.
    fn take(&mut self) -> Token {
        let next = self.token.end;
        let token = self.token.clone();
        self.read(next);
        token
    }

    fn text(&self, token: &Token) -> &'a str {
        self.source.text.get(token.start..token.end).unwrap_or("")
    }

    fn span(&self, token: &Token) -> Span {
        self.source.span(token.start, token.end)
    }

    /// One expression with its levels.
    fn node(&mut self, above: usize) -> Parsed<(Node, usize)> {
        if above > MAX_DEPTH {
            return Err(self.too_deep().into());
        }
        match self.token.kind {
            TokenKind::Name => self.call(above),
            TokenKind::Text => {
                let token = self.take();
                let raw = self.text(&token);
                let inner = raw.get(1..raw.len() - 1).unwrap_or("");
                let text: Arc<str> = if inner.contains("''") {
                    inner.replace("''", "'").into()
                } else {
                    inner.into()
                };
                self.without_accessors("text", token.start)?;
                Ok((self.leaf(NodeKind::Text(text), &token), 1))
            }
            TokenKind::Integer => {
                let token = self.take();
                let Ok(value) = self.text(&token).parse() else {
                    let text = format!("The number {} needs more than 64 bits", self.text(&token));
                    return Err(self.error(token.start, token.end, text).into());
                };
                self.without_accessors("a number", token.start)?;
                Ok((self.leaf(NodeKind::Int(value), &token), 1))
            }
            _ => Err(self.unexpected("an expression").into()),
        }
    }

    fn leaf(&self, kind: NodeKind, token: &Token) -> Node {
        Node {
            kind,
            span: self.span(token),
        }
    }

    /// Only a call may be followed by `.name` or `[index]`.
    fn without_accessors(&self, what: &str, start: usize) -> Parsed<()> {
        if matches!(self.token.kind, TokenKind::Dot | TokenKind::LeftBracket) {
            let text =
                format!("Only a function call can be followed by a member or an index, not {what}");
            return Err(self.error(start, self.token.end, text).into());
        }
        Ok(())
    }

    fn call(&mut self, above: usize) -> Parsed<(Node, usize)> {
        let first = self.take();
        let mut last = first.clone();
        let mut name: Arc<str> = self.text(&first).into();
        if self.token.kind == TokenKind::Dot {
            self.take();
            if self.token.kind != TokenKind::Name {
                return Err(self.unexpected("a function name").into());
            }
            last = self.take();
            name = format!("{name}.{}", self.text(&last)).into();
        }
        if self.token.kind != TokenKind::LeftParenthesis {
            return Err(self.name_without_call(&first).into());
        }
        self.take();
        let (args, mut depth) = self.arguments(above)?;
        depth += 1;
        let end = self.take().end;
        let mut node = Node {
            kind: NodeKind::Call {
                name,
                name_span: self.source.span(first.start, last.end),
                args: args.into(),
            },
            span: self.source.span(first.start, end),
        };
        loop {
            if above + depth > MAX_DEPTH {
                return Err(self.too_deep().into());
            }
            node = match self.token.kind {
                TokenKind::Dot => self.member(node, first.start)?,
                TokenKind::LeftBracket => {
                    let (index, levels) = self.index(node, first.start, above)?;
                    depth = depth.max(levels);
                    index
                }
                _ => return Ok((node, depth)),
            };
            depth += 1;
        }
    }

    /// The arguments, up to the closing parenthesis, which is not taken.
    fn arguments(&mut self, above: usize) -> Parsed<(Vec<Node>, usize)> {
        if self.token.kind == TokenKind::RightParenthesis {
            return Ok((Vec::new(), 0));
        }
        let (first, mut depth) = self.node(above + 1)?;
        // Most calls have one or two arguments, and a template keeps all its expressions: no room for more is made.
        if self.token.kind == TokenKind::RightParenthesis {
            return Ok((vec![first], depth));
        }
        let mut args = Vec::with_capacity(2);
        args.push(first);
        loop {
            match self.token.kind {
                TokenKind::Comma => {
                    self.take();
                }
                TokenKind::RightParenthesis => return Ok((args, depth)),
                _ => return Err(self.unexpected("`,` or `)`").into()),
            }
            let (arg, levels) = self.node(above + 1)?;
            depth = depth.max(levels);
            args.push(arg);
        }
    }

    fn member(&mut self, base: Node, start: usize) -> Parsed<Node> {
        self.take();
        if self.token.kind != TokenKind::Name {
            return Err(self.unexpected("a member name").into());
        }
        let name = self.take();
        Ok(Node {
            kind: NodeKind::Property {
                base: Box::new(base),
                name: self.text(&name).into(),
                name_span: self.span(&name),
            },
            span: self.source.span(start, name.end),
        })
    }

    fn index(&mut self, base: Node, start: usize, above: usize) -> Parsed<(Node, usize)> {
        self.take();
        let (index, levels) = self.node(above + 1)?;
        if self.token.kind != TokenKind::RightBracket {
            return Err(self.unexpected("`]`").into());
        }
        let end = self.take().end;
        let node = Node {
            kind: NodeKind::Index {
                base: Box::new(base),
                index: Box::new(index),
            },
            span: self.source.span(start, end),
        };
        Ok((node, levels))
    }

    fn error(&self, start: usize, end: usize, text: impl AsRef<str>) -> Problem {
        let place = self.source.span(start, end);
        Problem::error(ProblemKind::ExpressionSyntax, place, text.as_ref())
    }

    fn too_deep(&self) -> Problem {
        let text = format!("The expression is nested deeper than {MAX_DEPTH} levels");
        let place = self.source.span(self.token.start, self.token.end);
        Problem::error(ProblemKind::LimitExceeded, place, text)
    }

    fn name_without_call(&self, name: &Token) -> Problem {
        let text = self.text(name);
        let problem = self.error(
            name.start,
            name.end,
            format!("`{text}` is not a value: a name in an expression must be a function call"),
        );
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "true" | "false" | "null" => problem.help(format!("Write `{lower}()`")),
            _ => problem.help(format!(
                "Write `parameters('{text}')` or `variables('{text}')` for a value, `'{text}'` for text, \
                 or begin the string with `[[` if it is plain text"
            )),
        }
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        let token = &self.token;
        match &token.kind {
            TokenKind::End => self.error(
                token.start,
                token.end,
                format!("The expression ends where {wanted} should stand"),
            ),
            TokenKind::Float => self
                .error(
                    token.start,
                    token.end,
                    format!(
                        "`{}` has a fraction or an exponent, expressions know integers only",
                        self.text(token)
                    ),
                )
                .help(format!("Write `json('{}')`", self.text(token))),
            TokenKind::OpenText => self
                .error(token.start, token.end, "The text has no closing quote")
                .help("A quote inside text is written twice: `'it''s'`"),
            TokenKind::Other('"') => self
                .error(
                    token.start,
                    token.end,
                    format!("`\"` where {wanted} should stand"),
                )
                .help("Text in expressions stands in single quotes: `'text'`"),
            TokenKind::Other(
                c @ ('=' | '!' | '<' | '>' | '&' | '|' | '+' | '-' | '*' | '/' | '%' | '?'),
            ) => self
                .error(
                    token.start,
                    token.end,
                    format!("`{c}` where {wanted} should stand"),
                )
                .help("There are no operators: use functions such as `equals`, `and`, `add`, `if`"),
            _ => self.error(
                token.start,
                token.end,
                format!("`{}` where {wanted} should stand", self.text(token)),
            ),
        }
    }
}
