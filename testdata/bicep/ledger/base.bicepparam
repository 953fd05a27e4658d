using none

param stage = 'prod'
param imageTag = readEnvironmentVariable('IMAGE_TAG', 'unbuilt')
