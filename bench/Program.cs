using System.Text.Json;
using Vigil.Bench;

var benches = new SortedDictionary<string, Func<IReadOnlyList<Figure>>>(StringComparer.Ordinal)
{
    ["api"] = ApiBench.Run,
    ["attention"] = AttentionBench.Run,
    ["cards"] = CardsBench.Run,
    ["decoder"] = DecoderBench.Run,
    ["features"] = FeaturesBench.Run,
    ["gpu"] = GpuBench.Run,
    ["load"] = LoadBench.Run,
    ["models"] = ModelsBench.Run,
    ["reasons"] = ReasonsBench.Run,
    ["simulate"] = SimulateBench.Run,
    ["snapshots"] = SnapshotsBench.Run,
    ["step"] = StepBench.Run,
    ["train"] = TrainBench.Run,
};

string? json = null;
string? name = null;
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--json" && i + 1 < args.Length) json = args[++i];
    else name ??= args[i];
}
if (name is null || !benches.TryGetValue(name, out var run))
{
    Console.Error.WriteLine($"usage: bench/run NAME [--json FILE], where NAME is one of: {string.Join(", ", benches.Keys)}");
    return 2;
}

var figures = run();
int width = figures.Max(figure => figure.Name.Length);
foreach (var figure in figures) Console.WriteLine($"{figure.Name.PadRight(width)}  {figure.Value,16:G6}  {figure.Unit}");
if (json is not null)
{
    var values = figures.ToDictionary(figure => figure.Name, figure => figure.Value);
    File.WriteAllText(json, JsonSerializer.Serialize(values, JsonSerializerOptions.Web) + "\n");
}
return 0;
