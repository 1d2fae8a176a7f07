// The experiments of the article. Their texts are try.NAME.title and try.NAME.text.

/** In the order of the article; `experimentsFor` leaves out those without data. @type {{name: string, hash: string}[]} */
export const EXPERIMENTS = [
	{ name: "clouds", hash: "#activation=tanh&dataset=gauss&networkShape=&speed=5" },
	{ name: "circle", hash: "#activation=sigmoid&dataset=circle&networkShape=2&speed=250" },
	{ name: "activations", hash: "#activation=sigmoid&dataset=circle&networkShape=3" },
	{ name: "xor", hash: "#activation=tanh&dataset=xor&networkShape=" },
	{ name: "product", hash: "#activation=tanh&dataset=xor&networkShape=&xTimesY=true" },
	{ name: "hidden", hash: "#activation=relu&dataset=xor&networkShape=3" },
	{ name: "vanishing", hash: "#activation=sigmoid&dataset=spiral&networkShape=8,8,8&speed=max" },
	{ name: "deep", hash: "#activation=sigmoid&dataset=circle&networkShape=8,8,8,8,8,8&learningRate=0.1&speed=60" },
	{ name: "residual", hash: "#activation=sigmoid&dataset=circle&networkShape=8,8,8,8,8,8&learningRate=0.1&residual=1,1,1,1,1,1&speed=60" },
	{
		name: "sevenInputs",
		hash: "#activation=sigmoid&dataset=spiral&networkShape=8,8,8,8,8,8&learningRate=0.1&batchSize=30" +
			"&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true&speed=60",
	},
	{ name: "spiral", hash: "#activation=relu&dataset=spiral&networkShape=8,8,8&dataSeed=2&weightsSeed=6&speed=250" },
	{
		name: "rate",
		hash:
			"#activation=linear&problem=regression&regDataset=reg-plane&networkShape=&learningRate=0.3&batchSize=30&dataSeed=1&weightsSeed=1&logScale=true&speed=5",
	},
	{
		name: "overfitting",
		hash: "#activation=tanh&dataset=gauss&networkShape=8,8&noise=50&percTrainData=10&learningRate=0.1&dataSeed=1&weightsSeed=1" +
			"&showTestData=true&logScale=true&speed=60",
	},
	{
		name: "classes",
		hash: "#activation=tanh&problem=multiclass&classDataset=spirals&classes=8&networkShape=8,8&learningRate=0.01&optimizer=adam&speed=25",
	},
	{
		name: "digits",
		hash: "#problem=images&layers=conv-8,max_pool,conv-16,max_pool,dense-32&activation=relu&optimizer=adam&learningRate=0.003" +
			"&batchSize=32&percTrainData=80&initializer=he_uniform&speed=5",
	},
	{ name: "momentum", hash: "#activation=tanh&dataset=circle&networkShape=4,2&learningRate=0.1&batchSize=250&speed=60" },
	{ name: "step", hash: "#activation=step&dataset=circle&networkShape=8&speed=60" },
	{ name: "dead", hash: "#activation=relu&dataset=circle&networkShape=8&initializer=small_normal&initialBias=-0.2&speed=250" },
	{ name: "zeros", hash: "#activation=tanh&dataset=circle&networkShape=4,2&initZero=true" },
];

/** The experiments for which this server has the data. @param {Catalogue} catalogue */
export const experimentsFor = ({ datasets }) =>
	EXPERIMENTS.filter(({ hash }) => datasets.digits?.available !== false || !hash.includes("problem=images"));
