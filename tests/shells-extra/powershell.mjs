// usage: node powershell.mjs MODULES FILE [DIR PROMPT <JOBS]
// Parses FILE as PowerShell with the parser in MODULES (npm's tree-sitter). With
// DIR and PROMPT, those are two of its literals, and it is the model of JOBS,
// which are triples FILE DIR PROMPT, each word ended by a NUL: every token of
// these is the model's, but for these two values. Says what is wrong: exit 1.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [modules, modelFile, ...modelValues] = process.argv.slice(2);
const require = createRequire(modules + '/');
const { Parser, Language } = require('web-tree-sitter');

// The characters that PowerShell's tokenizer takes for quotes; two in a row
// stand for the second. The parser here knows only the first of each.
const QUOTES = { "'": "'\u2018\u2019\u201a\u201b", '"': '"\u201c\u201d\u201e' };

// The value of the literal TEXT, which has to end where TEXT does.
function unquoted(text)
{
	const quotes = QUOTES[text[0]];
	let value = '';
	let i = 1;

	for (; i < text.length - 1; i++) {
		if (quotes.includes(text[i])) {
			if (!quotes.includes(text[++i]) || i === text.length - 1)
				throw Error(`this literal ends early: ${text}`);
		} else if (text[0] === '"' && text[i] === '`') {
			if (!'`$r'.includes(text[++i]))
				throw Error(`unknown escape in ${text}`);
			value += text[i] === 'r' ? '\r' : text[i];
			continue;
		} else if (text[0] === '"' && text[i] === '$') {
			throw Error(`something is expanded in ${text}`);
		}
		value += text[i];
	}
	if (text[0] !== text[i])
		throw Error(`this literal has no end: ${text}`);
	return value;
}

// The tree as a list of [kind, text]; a literal is one, whatever is in it.
function tokens(node, list = [])
{
	const isLeaf = node.childCount === 0 || node.type === 'string_literal';

	list.push([node.type, isLeaf ? node.text : '']);
	if (!isLeaf)
		node.children.forEach((child) => tokens(child, list));
	return list;
}

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(
	require.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')));

function parse(file)
{
	const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
		.decode(readFileSync(file));
	const tree = parser.parse(text);

	if (tree.rootNode.hasError)
		throw Error('a syntax error');
	return tokens(tree.rootNode);
}

function isLiteral([kind, text], value)
{
	try {
		return kind === 'string_literal' && unquoted(text) === value;
	} catch {
		return false; // one of the template's own
	}
}

function compare(model, places, file, values)
{
	const list = parse(file);

	places.forEach((place, i) => {
		const [kind, text] = list[place] ?? [];

		if (kind !== 'string_literal')
			throw Error(`a value is ${kind}: ${text}`);
		if (unquoted(text) !== values[i])
			throw Error(`${text} is not ${JSON.stringify(values[i])}`);
	});
	list.forEach((token, i) => {
		if (!places.includes(i) && String(token) !== String(model[i]))
			throw Error(`${token} in place of ${model[i]}`);
	});
	if (list.length !== model.length)
		throw Error('it ends early');
}

function main()
{
	const model = parse(modelFile);
	const places = modelValues.map(
		(value) => model.findIndex((token) => isLiteral(token, value)));
	if (places.includes(-1))
		throw Error(`${modelFile} does not hold ${modelValues}`);
	if (modelValues.length === 0)
		return;
	const jobs = readFileSync(0, 'utf8').split('\0');
	for (let i = 0; i + 2 < jobs.length; i += 3) {
		try {
			compare(model, places, jobs[i], jobs.slice(i + 1, i + 3));
		} catch (error) {
			throw Error(`${jobs[i]}: ${error.message}`);
		}
	}
}

try {
	main();
} catch (error) {
	console.log(error.message);
	process.exit(1);
}
