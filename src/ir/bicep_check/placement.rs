//! Where loops, spreads, lambdas and some functions may stand.

use super::Check;
use super::functions;
use super::modules::{members_of, property};
use super::parameter_file::is_secret;
use crate::finding::ProblemKind;
use crate::ir::from_bicep::Signature;
use crate::syntax::bicep::Node;
use crate::syntax::bicep::ast::{
    Expr, ExprKind, For, Item, Key, Member, Name, Part, Property, Statement, StatementKind,
    TypeKind,
};

/// What surrounds an expression, for functions that stand only in some places.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Anything,
    /// The default of a parameter.
    Default,
    /// The body of a function.
    Function,
}

impl Check<'_> {
    /// Looks at every expression of the file.
    pub(super) fn check_placement(&mut self) {
        let file = self.file;
        for statement in &file.statements {
            self.placed(statement);
        }
    }

    fn placed(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Param { default, ty, .. } => {
                if let (Some(value), Some(TypeKind::Nullable(_))) =
                    (default, ty.as_ref().map(|ty| &ty.kind))
                {
                    let message = "a nullable parameter has no default";
                    let help = "remove the `?`, or the default: it is null without one";
                    self.report(ProblemKind::TypeMismatch, value.span, message, help);
                }
                if let Some(value) = default {
                    self.plain(value, Around::Default);
                }
            }
            StatementKind::Func { body, .. } => self.plain(body, Around::Function),
            StatementKind::Resource(resource) => self.body(&resource.body),
            StatementKind::Module { path, body, .. } => {
                let signature = self.signature_of(path);
                self.module_body(body, signature.as_deref());
            }
            StatementKind::Var { value, .. } | StatementKind::Output { value, .. } => {
                self.loop_value(value);
            }
            StatementKind::ParamAssignment { value, .. } => {
                if !is_secret(value) {
                    self.loop_value(value);
                }
            }
            StatementKind::TargetScope { value }
            | StatementKind::Metadata { value, .. }
            | StatementKind::Assert { value, .. }
            | StatementKind::Test { body: value, .. } => self.plain(value, Around::Anything),
            StatementKind::Extension { config, .. }
            | StatementKind::Using { config, .. }
            | StatementKind::ExtensionConfig { config, .. } => {
                if let Some(config) = config
                    && !self.is_parameters()
                {
                    self.plain(config, Around::Anything);
                }
            }
            StatementKind::Type { .. }
            | StatementKind::Import { .. }
            | StatementKind::Extends { .. }
            | StatementKind::Error => {}
        }
    }

    /// A value that may be a loop.
    fn loop_value(&mut self, value: &Expr) {
        if let ExprKind::For(node) = &value.kind {
            self.plain(&node.array, Around::Anything);
            self.plain(&node.body, Around::Anything);
        } else {
            self.plain(value, Around::Anything);
        }
    }

    /// The body of a resource: conditions and loops around an object.
    fn body(&mut self, body: &Expr) {
        match &body.kind {
            ExprKind::If { condition, body } => {
                self.plain(condition, Around::Anything);
                self.body(body);
            }
            ExprKind::For(node) => {
                self.plain(&node.array, Around::Anything);
                self.body(&node.body);
            }
            ExprKind::Object(members) => {
                self.no_spread(members, "the body of a resource or module");
                self.object(members, false);
            }
            _ => self.plain(body, Around::Anything),
        }
    }

    fn module_body(&mut self, body: &Expr, signature: Option<&Signature>) {
        let members = members_of(body).unwrap_or(&[]);
        if let Some(Property { value, .. }) = property(members, "params")
            && let ExprKind::Object(given) = &value.kind
        {
            self.no_spread(given, "the parameters of a module");
            for member in given {
                self.module_parameter(member, signature);
            }
        }
        self.body(body);
    }

    /// A secret is handed directly to a secure parameter.
    fn module_parameter(&mut self, member: &Member, signature: Option<&Signature>) {
        let Member::Property(Property {
            key: Key::Name(name),
            value,
            ..
        }) = member
        else {
            return;
        };
        let Some(signature) = signature.filter(|_| is_secret(value)) else {
            return;
        };
        let mut parameters = signature.parameters.iter();
        let target = parameters.find(|one| one.name == name.text);
        if target.is_some_and(|target| !target.secure) {
            let message = format!(
                "`{}` is no secure parameter, and a secret is handed to it",
                name.text
            );
            let help = "put `@secure()` above the parameter in the module";
            self.report(ProblemKind::ContextNotAllowed, value.span, message, help);
        }
    }

    fn no_spread(&mut self, members: &[Member], place: &str) {
        for member in members {
            if let Member::Spread(spread) = member {
                let message = format!("nothing can be spread into {place}");
                let help = "write out the members";
                self.report(ProblemKind::ContextNotAllowed, spread.span, message, help);
            }
        }
    }

    /// An object in a body, whose members may be loops.
    fn object(&mut self, members: &[Member], in_loop: bool) {
        let spread = members.iter().find_map(|member| match member {
            Member::Spread(spread) => Some(spread),
            _ => None,
        });
        if let Some(spread) = spread
            && has_loop(members)
        {
            let message = "an object with a loop among its members takes no spread";
            let help = "build the array with `map(array, item => value)` instead of a loop";
            self.report(ProblemKind::ContextNotAllowed, spread.span, message, help);
        }
        for member in members {
            match member {
                Member::Property(property) => {
                    if let Key::Computed(key) = &property.key {
                        self.plain(key, Around::Anything);
                        if matches!(property.value.kind, ExprKind::For(_)) {
                            let message = "a loop has no name that is computed";
                            let help = "write out the name, or build the array with `map(array, item => value)`";
                            self.report(ProblemKind::CopyInvalid, key.span, message, help);
                        }
                    }
                    self.member_value(property, in_loop);
                }
                Member::Spread(spread) => self.plain(&spread.value, Around::Anything),
                Member::Resource(statement) => self.placed(statement),
            }
        }
    }

    fn member_value(&mut self, property: &Property, in_loop: bool) {
        match &property.value.kind {
            ExprKind::For(_) if in_loop => {
                let message = "the loop of a property cannot stand inside another";
                let help = "build the inner array with `map(array, item => value)`";
                self.report(ProblemKind::CopyInvalid, property.value.span, message, help);
            }
            ExprKind::For(node) => self.property_loop(node),
            // Secrets of module parameters are looked at with their parameter.
            _ if is_secret(&property.value) => {}
            _ => self.nested_value(&property.value, in_loop),
        }
    }

    fn property_loop(&mut self, node: &For) {
        self.plain(&node.array, Around::Anything);
        match &node.body.kind {
            ExprKind::Object(members) => self.object(members, true),
            _ => self.plain(&node.body, Around::Anything),
        }
    }

    fn nested_value(&mut self, value: &Expr, in_loop: bool) {
        match &value.kind {
            ExprKind::Object(members) => self.object(members, in_loop),
            ExprKind::Array(items) => {
                for item in items {
                    match item {
                        Item::Value(value) => self.nested_value(value, in_loop),
                        Item::Spread(spread) => self.plain(&spread.value, Around::Anything),
                    }
                }
            }
            _ => self.plain(value, Around::Anything),
        }
    }

    /// An expression in which no loop may stand.
    fn plain(&mut self, expr: &Expr, around: Around) {
        match &expr.kind {
            ExprKind::For(_) => {
                let message = "a loop cannot stand here";
                let help = "loops are the whole value of a resource, module, variable, output or parameter assignment, or of a property of a resource; elsewhere use `map(array, item => value)`";
                self.report(ProblemKind::CopyInvalid, expr.span, message, help);
            }
            ExprKind::Lambda { .. } => {
                let message = "a lambda stands only among the arguments of a function";
                let help = "write it where it is used: `map(array, item => value)`";
                self.report(ProblemKind::ContextNotAllowed, expr.span, message, help);
            }
            ExprKind::Call { name, args } => {
                self.function_here(name, args, around);
                return self.arguments(args, around);
            }
            ExprKind::MethodCall { base, name, args } => {
                let space = match &base.kind {
                    ExprKind::Variable(space) => &*space.text,
                    _ => "",
                };
                if matches!(space, "sys" | "az") {
                    self.function_here(name, args, around);
                } else if &*name.text == "getSecret" {
                    self.no_secret(expr);
                }
                self.plain(base, around);
                return self.arguments(args, around);
            }
            _ => {}
        }
        Node::Expr(expr).children(&mut |child| match child {
            Node::Expr(inner) | Node::Part(Part::Hole(inner)) => self.plain(inner, around),
            Node::Spread(spread) => self.plain(&spread.value, around),
            Node::Property(property) => {
                if let Key::Computed(key) = &property.key {
                    self.plain(key, around);
                }
                self.plain(&property.value, around);
            }
            Node::Statement(statement) => self.placed(statement),
            _ => {}
        });
    }

    fn arguments(&mut self, args: &[Expr], around: Around) {
        for arg in args {
            match &arg.unparenthesized().kind {
                ExprKind::Lambda { body, .. } => self.plain(body, around),
                _ => self.plain(arg, around),
            }
        }
    }

    fn no_secret(&mut self, expr: &Expr) {
        let message = "a secret of a vault cannot be used here";
        let help = "hand it directly to a secure parameter of a module";
        self.report(ProblemKind::ContextNotAllowed, expr.span, message, help);
    }

    /// Functions that stand only in some places.
    fn function_here(&mut self, name: &Name, args: &[Expr], around: Around) {
        if self.symbols.find(&name.text).is_some() {
            return;
        }
        let wrong = match &*name.text {
            "newGuid" | "utcNow" if around != Around::Default => Some((
                "only the default of a parameter can use this function",
                "add a parameter with this default, and use the parameter",
            )),
            "reference" if around != Around::Anything => Some((
                "this function is answered during the deployment",
                "use it in a resource, a variable or an output",
            )),
            list if around != Around::Anything && functions::is_list(list) => Some((
                "this function is answered during the deployment",
                "use it in a resource, a variable or an output",
            )),
            "getSecret" => Some((
                "a secret of a vault is the whole value of a parameter",
                "assign it directly: `param name = az.getSecret(..)`",
            )),
            _ => None,
        };
        if matches!(&*name.text, "newGuid" | "utcNow") && wrong.is_some() {
            self.without_value.push(name.span);
        }
        if let Some((message, help)) = wrong {
            self.report(ProblemKind::ContextNotAllowed, name.span, message, help);
        }
        if &*name.text == "nameof"
            && let Some(arg) = args.first()
            && !has_name(arg)
        {
            let message = "this expression has no name";
            let help = "write a symbol or a property: `nameof(cluster.properties)`";
            self.report(ProblemKind::ArgumentType, arg.span, message, help);
        }
    }
}

fn has_name(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Variable(_)
            | ExprKind::Property { .. }
            | ExprKind::Child { .. }
            | ExprKind::Index { .. }
            | ExprKind::NonNull(_)
            | ExprKind::Error
    )
}

/// Whether a loop stands among the members, at any depth.
fn has_loop(members: &[Member]) -> bool {
    members.iter().any(|member| match member {
        Member::Property(property) => match &property.value.kind {
            ExprKind::For(_) => true,
            ExprKind::Object(members) => has_loop(members),
            _ => false,
        },
        _ => false,
    })
}
