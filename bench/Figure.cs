namespace Vigil.Bench;

/// <summary>One measured figure of a benchmark, as the table and the JSON file show it.</summary>
public sealed record Figure(string Name, double Value, string Unit);
