using System.Reflection;
using k8s;
using k8s.Models;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Tests;

/// <summary>
/// The manifests against the Kubernetes API's own types (no unknown field, no wrong type, quantities that parse), against one another, and against this
/// program: its verbs, options and settings. No cluster has run them.
/// </summary>
public sealed class KubernetesManifestTests
{
    static readonly Dictionary<string, Type> s_types = new()
    {
        ["v1/Namespace"] = typeof(V1Namespace),
        ["v1/ConfigMap"] = typeof(V1ConfigMap),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
        ["v1/Service"] = typeof(V1Service),
        ["batch/v1/Job"] = typeof(V1Job),
        ["apps/v1/StatefulSet"] = typeof(V1StatefulSet),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
    };

    static string Folder => Path.Combine(Repository.Root, "deploy", "kubernetes");

    static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.yaml").Where(file => Path.GetFileName(file) != "kustomization.yaml").Order();

    static V1StatefulSet Workers => Read<V1StatefulSet>("statefulset.yaml");

    static V1Job Migration => Read<V1Job>("migrate.yaml");

    /// <summary>With the settings that are comments for a beginning.</summary>
    static V1ConfigMap Settings => KubernetesYaml.Deserialize<V1ConfigMap>(
        File.ReadAllText(Path.Combine(Folder, "config.yaml")).Replace("# Vigil__", "Vigil__", StringComparison.Ordinal), strict: true);

    [Fact]
    public void Every_manifest_is_an_object_of_its_kind_without_an_unknown_field()
    {
        foreach (string file in Files)
        {
            string yaml = File.ReadAllText(file);
            var head = KubernetesYaml.Deserialize<V1Scale>(yaml);
            var read = typeof(KubernetesYaml).GetMethod(nameof(KubernetesYaml.Deserialize), [typeof(string), typeof(bool)])!
                .MakeGenericMethod(s_types[$"{head.ApiVersion}/{head.Kind}"]);
            var value = (IMetadata<V1ObjectMeta>)read.Invoke(null, [yaml, true])!;
            Assert.True(value is V1Namespace || value.Metadata.NamespaceProperty == "vigil", file);
            ThrowsWhereAFieldIsMisspelt(read, yaml);
        }
    }

    [Fact]
    public void The_kustomization_names_every_manifest()
    {
        string kustomization = File.ReadAllText(Path.Combine(Folder, "kustomization.yaml"));
        Assert.All(Files, file => Assert.Contains($"- {Path.GetFileName(file)}\n", kustomization));
    }

    [Fact]
    public void What_selects_the_workers_selects_them()
    {
        var labels = Workers.Spec.Template.Metadata.Labels;
        foreach (var selector in new[]
        {
            Workers.Spec.Selector.MatchLabels, Read<V1Service>("service.yaml").Spec.Selector, Read<V1Service>("service-api.yaml").Spec.Selector,
            Read<V1PodDisruptionBudget>("poddisruptionbudget.yaml").Spec.Selector.MatchLabels,
            Read<V1NetworkPolicy>("networkpolicy.yaml").Spec.PodSelector.MatchLabels,
            Workers.Spec.Template.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels,
        })
        {
            Assert.NotEmpty(selector);
            Assert.All(selector, label => Assert.Equal(label.Value, labels[label.Key]));
        }
        Assert.Equal(Read<V1Service>("service.yaml").Metadata.Name, Workers.Spec.ServiceName);
        var ofMigration = Migration.Spec.Template.Metadata.Labels;
        Assert.DoesNotContain(
            Workers.Spec.Selector.MatchLabels, label => ofMigration[label.Key] != label.Value && label.Key == "app.kubernetes.io/name");
        Assert.NotEqual(labels["app.kubernetes.io/component"], ofMigration["app.kubernetes.io/component"]);
    }

    [Fact]
    public void Every_probe_asks_an_address_that_the_program_serves_on_a_port_that_the_container_has()
    {
        var container = Workers.Spec.Template.Spec.Containers.Single();
        Assert.All(new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe }, probe =>
        {
            Assert.Equal("/healthz", probe.HttpGet.Path);
            Assert.Contains(container.Ports, port => port.Name == probe.HttpGet.Port.Value);
        });
    }

    [Fact]
    public void The_arguments_and_settings_are_the_programs_own()
    {
        foreach (var (command, container) in new[]
        {
            (ServeCommand.Create(), Workers.Spec.Template.Spec.Containers.Single()),
            (MigrateCommand.Create(), Migration.Spec.Template.Spec.Containers.Single()),
        })
        {
            Assert.Equal(command.Name, container.Args[0]);
            Assert.Empty(command.Parse([.. container.Args.Skip(1)]).Errors);
            var names = container.Env.Select(variable => variable.Name).Concat(container.EnvFrom is null ? [] : Settings.Data.Keys);
            Assert.All(names.Where(name => name.StartsWith("Vigil__", StringComparison.Ordinal)), AssertIsSetting);
        }
    }

    [Fact]
    public void No_secret_stands_in_a_manifest_and_each_file_of_one_is_mounted()
    {
        foreach (var pod in new[] { Workers.Spec.Template.Spec, Migration.Spec.Template.Spec })
        {
            var container = pod.Containers.Single();
            var values = container.Env.Select(variable => variable.Value).Concat(container.EnvFrom is null ? [] : Settings.Data.Values).ToList();
            Assert.DoesNotContain(values, value => value.Contains("Password=", StringComparison.OrdinalIgnoreCase));
            var files = values.SelectMany(value => value.Split(';', '=')).Where(value => value.StartsWith("/etc/vigil/", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(files);
            Assert.All(files, file => Assert.Contains(container.VolumeMounts, mount => file.StartsWith(mount.MountPath + "/", StringComparison.Ordinal)));
            Assert.All(container.VolumeMounts, mount => Assert.Contains(pod.Volumes, volume => volume.Name == mount.Name));
        }
    }

    [Fact]
    public void Every_container_runs_as_a_user_without_rights_and_within_limits()
    {
        foreach (var pod in new[] { Workers.Spec.Template.Spec, Migration.Spec.Template.Spec })
        {
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            var container = pod.Containers.Single();
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.True(container.Resources.Limits["memory"].ToDecimal() >= container.Resources.Requests["memory"].ToDecimal());
        }
    }

    static void ThrowsWhereAFieldIsMisspelt(MethodInfo read, string yaml) =>
        Assert.Throws<TargetInvocationException>(() => read.Invoke(null, [yaml.Replace("metadata:", "metadatum:", StringComparison.Ordinal), true]));

    /// <summary>
    /// Vigil__Kafka__Security__User: a property of a property of the service's options; the names in Client and SchemaRegistry are others' own.
    /// </summary>
    static void AssertIsSetting(string name)
    {
        var type = typeof(ServiceOptions);
        foreach (string part in name.Split("__").Skip(1))
        {
            if (typeof(System.Collections.IDictionary).IsAssignableFrom(type)) return;
            var property = type.GetProperty(part);
            Assert.True(property is not null, $"{name}: {type.Name} has no {part}");
            type = property.PropertyType;
        }
    }

    static T Read<T>(string file) => KubernetesYaml.Deserialize<T>(File.ReadAllText(Path.Combine(Folder, file)), strict: true);
}
