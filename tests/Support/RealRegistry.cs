namespace Vigil.Tests.Support;

/// <summary>A real schema registry that speaks Confluent's API.</summary>
public sealed class RealRegistry() : RealServer("schema registry", "VIGIL_TEST_REGISTRY", "registry/registry");
