//! A case's files to the deployments that they would make, with every value's origin.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use armplan::config::{Config, ParameterArgument};
use armplan::eval::Context;
use armplan::ir::{Template, lower_template};
use armplan::model::{
    self, Deployment, ExternalInputs, Given, Loaded, Loader, Request, read_command_line,
    read_parameter_file,
};
use armplan::source::beside;
use armplan::syntax::json::Document;
use armplan::text::{FileId, Files};

use super::{Case, Scope, Tree};

/// The subscription of every case.
pub(crate) const SUBSCRIPTION: &str = "0b1f6471-1bf0-4dda-aec3-cb9272f09590";
/// The resource group of every case that is deployed to one.
pub(crate) const GROUP: &str = "rg-test";
/// The location of every case.
pub(crate) const LOCATION: &str = "westeurope";

/// What a case deploys.
pub(crate) struct Evaluated {
    /// The texts; paths as in the tree.
    pub(crate) files: Files,
    /// One for the template, or one for each table of the configuration.
    pub(crate) deployments: Vec<Deployment>,
}

impl Evaluated {
    /// Messages of level error.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.deployments
            .iter()
            .flat_map(|deployment| &deployment.problems)
            .filter(|problem| problem.level == armplan::finding::Level::Error)
            .map(|problem| {
                let place = self.files.location(problem.place);
                format!("{}:{} {}", place.path, place.start.line, problem.message)
            })
            .collect()
    }
}

/// Evaluates a case with the files of one side.
pub(crate) fn evaluate(case: &Case, tree: &Tree) -> Evaluated {
    let files = Files::default();
    let inputs: Vec<(String, Vec<ParameterArgument>)> = if let Some(config) = &case.config {
        let file = files.add(config.as_str(), None, tree[config].as_str());
        let config = Config::parse(&files, file).expect("a valid configuration");
        config
            .deployments
            .into_iter()
            .map(|one| (one.template, one.parameters))
            .collect()
    } else {
        let template = case.template.clone().expect("a template");
        let parameters = case.parameters.iter();
        let parameters = parameters.map(|one| ParameterArgument::parse(one));
        vec![(template, parameters.collect())]
    };
    let context = context(case);
    let loader = TreeLoader {
        tree,
        files: &files,
        paths: RefCell::default(),
    };
    let deployments = inputs
        .iter()
        .map(|(template, parameters)| {
            let template = loader.template(template).expect("the template");
            let given = parameters
                .iter()
                .flat_map(|one| given(tree, &files, &template, one))
                .collect();
            model::expand(Request {
                template,
                given,
                context: context.clone(),
                loader: &loader,
            })
        })
        .collect();
    Evaluated { files, deployments }
}

/// The scope values of every run.
pub(crate) fn context(case: &Case) -> Context {
    Context {
        subscription: Some(SUBSCRIPTION.into()),
        resource_group: (case.scope == Scope::ResourceGroup).then(|| GROUP.into()),
        location: Some(LOCATION.into()),
        deployment_name: Some("main".into()),
        ..Context::default()
    }
}

fn given(
    tree: &Tree,
    files: &Files,
    template: &Template,
    argument: &ParameterArgument,
) -> Vec<Given> {
    match argument {
        ParameterArgument::File(path) => {
            let text: Arc<str> = tree[path].as_str().into();
            let file = files.add(path.as_str(), None, Arc::clone(&text));
            read_parameter_file(&Document::parse(file, text), &ExternalInputs::default()).given
        }
        ParameterArgument::Value { name, text } => {
            vec![read_command_line(files, template, name, text)]
        }
    }
}

/// Reads linked templates from a tree.
struct TreeLoader<'t> {
    tree: &'t Tree,
    files: &'t Files,
    paths: RefCell<BTreeMap<FileId, String>>,
}

impl TreeLoader<'_> {
    fn template(&self, path: &str) -> Option<Arc<Template>> {
        let text: Arc<str> = self.tree.get(path)?.as_str().into();
        let file = self.files.add(path, None, Arc::clone(&text));
        self.paths.borrow_mut().insert(file, path.to_owned());
        let document = Document::parse(file, text);
        let mut template = lower_template(document.root()?);
        template.problems.extend(document.problems.iter().cloned());
        Some(Arc::new(template))
    }
}

impl Loader for TreeLoader<'_> {
    fn load(&self, from: FileId, relative: &str) -> Loaded {
        let base = self.paths.borrow().get(&from).cloned().unwrap_or_default();
        let path = beside(std::path::Path::new(&base), relative);
        match self.template(&path.to_string_lossy()) {
            Some(template) => Loaded::Template(template),
            None => Loaded::Absent(format!("no file {relative}")),
        }
    }
}
